import { css } from 'lit';

/** Polls and questions. */
export const pollStyles = css`
  .middle { display: grid; grid-template-rows: auto minmax(0, 1fr); min-height: 0; }
  .tabs { display: flex; gap: 4px; margin: 0 12px 8px; padding: 4px; border-radius: var(--radius-md); background: var(--surface-sunken); }
  .tabs button { flex: 1; min-height: 36px; border: 0; border-radius: var(--radius-sm); background: none; font-weight: 600; font-size: var(--text-sm); color: var(--text-soft); cursor: pointer; }
  .tabs button[aria-selected='true'] { background: var(--surface); color: var(--text); box-shadow: var(--shadow-sm); }
  .list { overflow-y: auto; padding: 0 12px 12px; display: grid; gap: 12px; align-content: start; overscroll-behavior: contain; }
  .empty { margin: 24px auto; text-align: center; color: var(--text-soft); font-size: var(--text-sm); max-width: 26ch; }
  .poll, .question { border: 1px solid var(--line); border-radius: var(--radius-md); padding: 14px; }
  fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 6px; min-width: 0; }
  legend { font-weight: 650; padding: 0 0 10px; overflow-wrap: anywhere; }
  .option { position: relative; display: flex; align-items: center; gap: 10px; min-height: 44px; padding: 6px 12px; border: 1px solid var(--line); border-radius: var(--radius-sm); overflow: hidden; cursor: pointer; }
  .option.mine { border-color: var(--accent); }
  .option .bar { position: absolute; inset: 0 auto 0 0; background: var(--accent-soft); transition: width var(--smooth) var(--ease); }
  .option > :not(.bar) { position: relative; }
  .option span { flex: 1; overflow-wrap: anywhere; }
  .option input { width: 18px; height: 18px; margin: 0; accent-color: var(--accent); flex: none; }
  fieldset:disabled .option { cursor: default; }
  .names { color: var(--text-soft); font-size: var(--text-xs); padding: 0 12px 4px; }
  .foot { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 10px; }
  .foot small { flex: 1; color: var(--text-soft); font-size: var(--text-xs); }
  .question { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 12px; }
  .question small { color: var(--text-soft); font-size: var(--text-xs); }
  .question p { overflow-wrap: anywhere; line-height: 1.4; white-space: pre-wrap; }
  .question.done > div > p:not(.answer) { color: var(--text-soft); }
  .answer { display: flex; gap: 8px; margin-top: 6px; padding: 8px 10px; border-radius: var(--radius-sm); background: var(--surface-sunken); font-size: var(--text-sm); }
  .answer svg.icon { width: 16px; height: 16px; color: var(--accent-text); margin-top: 2px; }
  .up { align-self: start; width: 44px; min-height: 52px; display: grid; justify-items: center; align-content: center; border: 1px solid var(--line); border-radius: var(--radius-sm); background: none; cursor: pointer; font-size: var(--text-sm); font-weight: 650; }
  .up.on { background: var(--accent-soft); color: var(--accent-text); border-color: transparent; }
  .up:disabled { opacity: 0.6; cursor: default; }
  footer, .ask { padding: 12px; border-top: 1px solid var(--line); display: grid; gap: 8px; }
  footer small { color: var(--text-soft); }
  .line { display: flex; gap: 8px; }
  .line .input { min-width: 0; flex: 1; }
  .question .line { margin-top: 8px; }
  .question .line .input { min-height: 36px; padding: 0 10px; }
  .check { display: flex; align-items: center; gap: 10px; font-size: var(--text-sm); min-height: 30px; }
  .check input { width: 18px; height: 18px; accent-color: var(--accent); margin: 0; }
`;
