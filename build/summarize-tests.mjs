// Adds up the result files of ./test: prints every failure and every skip with its reason, then the closing line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, failedSteps] = process.argv.slice(2);
const unescape = (text) =>
  text.replace(/&#x([0-9A-Fa-f]+);/g, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
const attribute = (tag, name) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
const totals = { passed: 0, failed: 0, skipped: 0 };

function count(outcome, suite, name, reason) {
  totals[outcome]++;
  if (outcome !== 'passed') console.log(`${outcome}: ${suite}: ${name}${reason ? `: ${reason.split('\n')[0]}` : ''}`);
}

function readTrx(suite, text) {
  for (const match of text.matchAll(/<UnitTestResult\b[^>]*?(?:\/>|>[\s\S]*?<\/UnitTestResult>)/g)) {
    const tag = match[0].slice(0, match[0].indexOf('>') + 1);
    const message = /<Message>([\s\S]*?)<\/Message>/.exec(match[0])?.[1] ?? /<StdOut>([\s\S]*?)<\/StdOut>/.exec(match[0])?.[1] ?? '';
    const outcome = { Passed: 'passed', NotExecuted: 'skipped' }[attribute(tag, 'outcome')] ?? 'failed';
    count(outcome, suite, attribute(tag, 'testName'), unescape(message));
  }
}

function readJunit(suite, text) {
  for (const match of text.matchAll(/<testcase\b[^>]*?(?:\/>|>[\s\S]*?<\/testcase>)/g)) {
    const outcome = /<(failure|error)\b/.test(match[0]) ? 'failed' : /<skipped\b/.test(match[0]) ? 'skipped' : 'passed';
    count(outcome, suite, attribute(match[0], 'name'), attribute(/<(?:failure|error)\b[^>]*>/.exec(match[0])?.[0] ?? '', 'message'));
  }
}

for (const file of readdirSync(folder).sort()) {
  const text = () => readFileSync(join(folder, file), 'utf8');
  if (file.endsWith('.trx')) readTrx(file.slice(0, -4), text());
  else if (file.endsWith('.xml')) readJunit(file.slice(0, -4), text());
}
// A suite that fails without a failed test (a crash, a hang, no test at all) must not look green.
if (totals.failed === 0 && Number(failedSteps) > 0) count('failed', 'suite', `${failedSteps} suite(s) ended with an error and no failed test`, '');
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
