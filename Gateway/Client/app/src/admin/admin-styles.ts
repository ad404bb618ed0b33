import { css } from 'lit';

/** The desk of the operator: figures, tabs and tables. */
export const adminStyles = css`
  :host { grid-template-rows: auto 1fr; }
  .right { display: inline-flex; align-items: center; gap: var(--space-2); }
  .door { width: min(420px, 100%); padding: clamp(24px, 5vw, 40px); display: grid; gap: var(--space-5); }
  h1 { font-size: 1.5rem; letter-spacing: -0.025em; }
  main.desk { display: grid; align-content: start; place-items: stretch; gap: var(--space-5); width: min(1120px, 100%); margin: 0 auto; }
  .headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: var(--space-3); }
  .soft { color: var(--text-soft); font-size: var(--text-sm); }
  .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: var(--space-4); margin: 0; }
  .figure { padding: 18px 20px; box-shadow: var(--shadow-sm); }
  .figure dt { color: var(--text-soft); font-size: var(--text-sm); font-weight: 600; }
  .figure dd { margin: 6px 0 0; font-size: 1.75rem; font-weight: 700; letter-spacing: -0.03em; font-variant-numeric: tabular-nums; }
  .tabs { display: flex; gap: 4px; border-bottom: 1px solid var(--line); overflow-x: auto; }
  .tabs button { min-height: 44px; padding: 0 16px; background: none; border: 0; border-bottom: 2.5px solid transparent; color: var(--text-soft); font-weight: 600; cursor: pointer; white-space: nowrap; }
  .tabs button[aria-selected='true'] { color: var(--text); border-bottom-color: var(--accent); }
  .sheet { overflow-x: auto; box-shadow: var(--shadow-sm); }
  .bar { display: flex; justify-content: flex-end; padding: 14px 20px 0; }
  table { width: 100%; border-collapse: collapse; font-size: var(--text-md); }
  th { padding: 14px 20px 10px; text-align: left; font-size: var(--text-xs); font-weight: 600; color: var(--text-soft); border-bottom: 1px solid var(--line); white-space: nowrap; }
  td { padding: 13px 20px; border-bottom: 1px solid var(--line); vertical-align: middle; font-variant-numeric: tabular-nums; }
  tbody tr:last-child td { border-bottom: 0; }
  tbody tr:hover td { background: color-mix(in srgb, transparent, var(--text) 3%); }
  td strong { display: block; font-weight: 600; overflow-wrap: anywhere; }
  td .soft { display: block; }
  td .soft.most { display: inline; }
  .end { text-align: right; }
  .tag { display: inline-block; margin-top: 4px; padding: 2px 8px; border-radius: var(--radius-full); background: var(--warn-soft); color: var(--warn-text); font-size: var(--text-xs); font-weight: 600; }
  meter { width: 96px; vertical-align: middle; }
  .empty { display: grid; justify-items: center; gap: 6px; padding: 56px 20px; color: var(--text-soft); text-align: center; }
  .empty svg { width: 32px; height: 32px; margin-bottom: 8px; }
  .empty strong { color: var(--text); }
  @media (max-width: 640px) { th, td { padding-left: 14px; padding-right: 14px; } }
`;
