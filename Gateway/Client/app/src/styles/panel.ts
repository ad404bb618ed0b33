import { css } from 'lit';

/** The side panel: beside the stage on a desktop, over it on a phone. */
export const panels = css`
  :host { display: grid; grid-template-rows: auto 1fr auto; min-height: 0; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-lg); box-shadow: var(--shadow-sm); overflow: hidden; }
  header { display: flex; align-items: center; justify-content: space-between; padding: 12px 10px 8px 18px; }
  header h2 { font-size: 1rem; letter-spacing: -0.01em; }
  header span { color: var(--text-soft); font-weight: 500; margin-left: 6px; }
`;
