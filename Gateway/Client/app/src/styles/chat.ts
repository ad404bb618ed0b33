import { css } from 'lit';

/** The chat's messages and the form under them. */
export const chatStyles = css`
  .tools { display: flex; gap: 2px; }
  .middle { display: grid; grid-template-rows: auto minmax(0, 1fr); min-height: 0; }
  .middle > input { margin: 0 12px 8px; width: auto; min-height: 40px; }
  .messages { grid-row: 2; overflow-y: auto; padding: 4px 18px 12px; display: flex; flex-direction: column; overscroll-behavior: contain; overflow-anchor: none; }
  .messages > :first-child { margin-top: auto; }
  .empty { margin: auto; padding: 12px; text-align: center; color: var(--text-soft); font-size: var(--text-sm); max-width: 26ch; }
  .message { margin-top: 14px; position: relative; }
  .message.follows { margin-top: 4px; }
  .message.private { padding-left: 10px; border-left: 3px solid var(--accent); }
  .who { display: flex; gap: 8px; align-items: baseline; font-size: var(--text-sm); font-weight: 650; margin-bottom: 2px; min-width: 0; }
  .who bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who .target { color: var(--accent-text); font-weight: 550; font-size: var(--text-xs); margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who time { color: var(--text-soft); font-weight: 450; font-size: var(--text-xs); white-space: nowrap; }
  .text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
  .text bdi { display: block; }
  .text .host { color: var(--text-soft); font-size: var(--text-xs); margin: 0; }
  .text.gone { color: var(--text-soft); font-style: italic; font-size: var(--text-sm); }
  .edited { color: var(--text-soft); font-size: var(--text-xs); }
  .actions { position: absolute; top: -10px; right: -6px; display: flex; padding: 2px; border-radius: var(--radius-sm); background: var(--surface-raised); border: 1px solid var(--line); box-shadow: var(--shadow-sm); opacity: 0; pointer-events: none; }
  .message:hover .actions, .actions:focus-within { opacity: 1; pointer-events: auto; }
  .actions button { width: 32px; height: 30px; display: grid; place-items: center; border: 0; border-radius: 7px; background: none; color: var(--text-soft); cursor: pointer; }
  .actions button:hover { background: color-mix(in srgb, transparent, var(--text) 8%); color: var(--text); }
  .actions svg.icon { width: 17px; height: 17px; }
  /* A finger has no hover: the actions stand below the text. */
  @media (hover: none) {
    .actions { position: static; width: fit-content; margin-top: 2px; opacity: 1; pointer-events: auto; border: 0; box-shadow: none; background: none; padding: 0; }
    .actions button { width: 44px; height: 36px; }
  }
  .unsent .text { opacity: 0.6; }
  .refused { color: var(--danger-text); font-size: var(--text-xs); display: flex; gap: 8px; align-items: center; }
  .refused button { border: 0; background: none; padding: 4px; text-decoration: underline; cursor: pointer; }
  .older { display: flex; gap: 8px; align-items: center; justify-content: center; color: var(--text-soft); font-size: var(--text-xs); padding: 8px; }
  .older .spinner { width: 14px; height: 14px; }
  :host > form { display: grid; gap: 8px; padding: 10px 12px 12px; border-top: 1px solid var(--line); }
  .line { display: flex; gap: 8px; align-items: flex-end; justify-content: flex-end; }
  .to { display: flex; align-items: center; gap: 8px; font-size: var(--text-sm); color: var(--text-soft); }
  .to .input { min-height: 34px; padding: 0 32px 0 10px; font-size: var(--text-sm); border-radius: var(--radius-sm); color: var(--text); }
  .to span { margin: 0; }
  textarea.input { resize: none; min-height: 44px; max-height: 140px; padding: 10px 14px; line-height: 1.45; field-sizing: content; }
  form .button { flex: none; }
  .editor { display: grid; gap: 6px; margin-top: 4px; }
`;
