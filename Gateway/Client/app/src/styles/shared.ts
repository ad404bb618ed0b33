import { css } from 'lit';

/** The look of controls, shared by every component's shadow root. */
export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host([hidden]), [hidden] { display: none !important; }
  h1, h2, h3, p, ul { margin: 0; padding: 0; }
  ul { list-style: none; }
  button, input, select, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
  a { color: var(--accent-text); text-underline-offset: 3px; }
  svg.icon { width: 20px; height: 20px; display: block; flex: none; }
  :focus-visible { outline: 2.5px solid var(--focus); outline-offset: 2px; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--space-2);
    min-height: 44px; padding: 0 18px; border: 1px solid transparent; border-radius: var(--radius-md);
    background: color-mix(in srgb, var(--surface), var(--text) 9%); font-weight: 600; cursor: pointer; text-decoration: none; color: var(--text);
    transition: background var(--quick), border-color var(--quick), transform var(--quick) var(--ease), box-shadow var(--quick);
    white-space: nowrap;
  }
  .button:hover { background: color-mix(in srgb, var(--surface), var(--text) 15%); }
  .button:active { transform: translateY(1px); }
  .button:disabled { opacity: 0.5; cursor: default; transform: none; }
  .button.primary { background: var(--accent); color: var(--on-accent); box-shadow: var(--shadow-sm); }
  .button.primary:hover:not(:disabled) { background: var(--accent-hover); }
  .button.danger { background: var(--danger); color: #fff; }
  .button.danger:hover { background: var(--danger-hover); }
  .button.outline { background: transparent; border-color: var(--line-strong); }
  .button.outline:hover { background: color-mix(in srgb, transparent, var(--text) 5%); }
  .button.ghost { background: transparent; }
  .button.ghost:hover { background: color-mix(in srgb, transparent, var(--text) 8%); }
  .button.small { min-height: 34px; padding: 0 12px; font-size: var(--text-sm); border-radius: var(--radius-sm); }
  .button.large { min-height: 52px; padding: 0 24px; font-size: 1rem; }
  .button.wide { width: 100%; }
  .button.icon-only { padding: 0; width: 44px; }
  .button.icon-only.small { width: 34px; }

  .field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; text-align: left; }
  .field > span { font-size: var(--text-sm); font-weight: 600; }
  .field small { color: var(--text-soft); font-size: var(--text-xs); }
  .input {
    width: 100%; min-height: 46px; padding: 0 14px; border-radius: var(--radius-md); border: 1px solid var(--line-strong);
    background: var(--surface); outline-offset: 0; transition: border-color var(--quick), box-shadow var(--quick);
  }
  .input::placeholder { color: color-mix(in srgb, var(--text-soft), transparent 20%); }
  .input:hover { border-color: color-mix(in srgb, var(--line-strong), var(--text) 25%); }
  .input:focus-visible { outline: none; border-color: var(--focus); box-shadow: 0 0 0 3px color-mix(in srgb, var(--focus), transparent 72%); }
  .input::selection { background: color-mix(in srgb, var(--focus), transparent 62%); color: var(--text); }
  .input.invalid { border-color: var(--danger); }
  select.input {
    appearance: none; padding-right: 36px; text-overflow: ellipsis;
    background-image: linear-gradient(45deg, transparent 50%, var(--text-soft) 50%), linear-gradient(-45deg, transparent 50%, var(--text-soft) 50%);
    background-size: 6px 6px, 6px 6px; background-position: right 20px center, right 14px center; background-repeat: no-repeat;
  }

  .card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-lg); box-shadow: var(--shadow-md); }
  .notice { display: flex; gap: var(--space-3); padding: 12px 14px; border-radius: var(--radius-md); font-size: var(--text-sm); text-align: left; line-height: 1.45; }
  .notice .button { background: color-mix(in srgb, currentColor 14%, transparent); color: inherit; }
  .notice .button:hover { background: color-mix(in srgb, currentColor 24%, transparent); }
  .notice.warn { background: var(--warn-soft); color: var(--warn-text); }
  .notice.error { background: var(--danger-soft); color: var(--danger-text); }
  .notice.info { background: var(--accent-soft); color: var(--accent-text); }
  .notice strong { display: block; }
  .spinner {
    width: 22px; height: 22px; border-radius: 50%; border: 2.5px solid color-mix(in srgb, currentColor, transparent 75%);
    border-top-color: currentColor; animation: spin 0.9s linear infinite; flex: none;
  }
  @keyframes spin { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 3s; } }
`;

/** Modal dialogs: the browser's own, in our clothes. */
export const dialogs = css`
  dialog {
    width: min(480px, calc(100vw - 32px)); max-height: calc(100dvh - 48px); padding: 0; border: 1px solid var(--line); border-radius: var(--radius-lg);
    background: var(--surface-raised); color: var(--text); box-shadow: var(--shadow-lg);
  }
  dialog::backdrop { background: rgb(6 9 13 / 55%); backdrop-filter: blur(3px); }
  /* The rest scrolls below the heading, so that the way out stays in sight and hides nothing. */
  dialog[open] { display: flex; flex-direction: column; overflow: hidden; }
  dialog > header { flex: none; display: flex; align-items: center; justify-content: space-between; padding: 18px 20px 6px 24px; }
  dialog h2 { font-size: var(--text-lg); letter-spacing: -0.01em; }
  dialog .body { min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 10px 24px 24px; display: grid; gap: var(--space-4); }
  dialog .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--space-2); }
`;

/** What every full page has: the brand's header and a centred column. */
export const pages = css`
  :host { display: grid; grid-template-rows: auto 1fr auto; min-height: 100dvh; background: var(--glow), var(--canvas); }
  .top { display: flex; align-items: center; justify-content: space-between; padding: 20px clamp(16px, 4vw, 40px); }
  .brand { display: inline-flex; align-items: center; gap: 10px; font-weight: 700; font-size: 1.0625rem; letter-spacing: -0.02em; text-decoration: none; color: var(--text); border-radius: 8px; }
  .brand svg { width: 30px; height: 30px; }
  main { display: grid; place-items: center; padding: 8px clamp(16px, 4vw, 40px) 32px; }
`;
