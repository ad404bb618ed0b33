import { css } from 'lit';

/** The meeting page's frame: stage, panel, toolbar. */
export const meetingStyles = css`
  :host { display: block; height: 100%; }
  .page { height: 100dvh; display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr); background: var(--canvas); }
  .page.with-panel { grid-template-columns: minmax(0, 1fr) min(360px, 36vw); }
  .stage { grid-area: 1 / 1; position: relative; min-width: 0; min-height: 0; display: grid; padding: 12px 12px 0; }
  stage-view { grid-area: 1 / 1; }
  chat-panel, people-panel, polls-panel { grid-area: 1 / 2; margin: 12px 12px 0 0; animation: slide var(--smooth) var(--ease); }
  @keyframes slide { from { opacity: 0; transform: translateX(16px); } }
  meeting-toolbar { grid-area: 2 / 1 / 3 / -1; }
  .banners { position: absolute; z-index: 7; top: 22px; left: 50%; translate: -50% 0; display: grid; gap: 8px; justify-items: center; width: max-content; max-width: calc(100% - 32px); }
  .banner { display: flex; align-items: center; gap: 10px; min-height: 46px; padding: 6px 14px; border-radius: 14px; border: 1px solid var(--line); background: var(--surface-raised); color: var(--text); font-size: var(--text-sm); font-weight: 600; box-shadow: var(--shadow-md); }
  .banner.hear { background: var(--accent); color: var(--on-accent); border-color: transparent; cursor: pointer; padding: 6px 18px; animation: pulse 2.4s ease-in-out infinite; }
  .banner.hear:hover { background: var(--accent-hover); }
  @keyframes pulse { 50% { box-shadow: 0 0 0 7px color-mix(in srgb, var(--accent), transparent 78%); } }
  .waiting { grid-area: 1 / 1; place-self: center; display: grid; justify-items: center; gap: 14px; text-align: center; padding: 24px; max-width: 42ch; }
  .waiting h1 { font-size: var(--text-xl); letter-spacing: -0.02em; line-height: 1.2; }
  .waiting strong { color: var(--accent-text); overflow-wrap: anywhere; }
  .waiting p { color: var(--text-soft); }
  .waiting .spinner { width: 32px; height: 32px; color: var(--accent-text); }
  .alone { position: absolute; z-index: 6; left: 28px; bottom: 58px; display: grid; gap: 6px; justify-items: start; padding: 18px 20px; width: min(300px, calc(100% - 56px)); border-radius: var(--radius-lg); background: var(--surface-raised); border: 1px solid var(--line); box-shadow: var(--shadow-lg); font-size: var(--text-sm); }
  .alone span, .alone small { color: var(--text-soft); overflow-wrap: anywhere; }
  .alone .button { margin-top: 6px; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 10px 18px; margin: 0; align-items: center; }
  dd { margin: 0; }
  kbd { display: inline-grid; place-items: center; min-width: 30px; height: 30px; padding: 0 8px; border-radius: 8px; border: 1px solid var(--line-strong); border-bottom-width: 2.5px; background: var(--surface-sunken); font: 600 var(--text-sm) var(--font); }
  @media (prefers-reduced-motion: reduce) { .banner.hear { animation: none; } }
  @media (max-width: 760px) {
    .stage { padding: 8px 8px 0; }
    .page.with-panel { grid-template-columns: minmax(0, 1fr); }
    /* Over the whole stage: no corner of a tile looks out behind it. */
    chat-panel, people-panel, polls-panel { grid-area: 1 / 1; margin: 8px 8px 0; z-index: 9; box-shadow: 0 0 0 10px var(--canvas); }
    .alone { left: 18px; }
  }
  /* A phone on its side: height is what there is least of, and the thumb is at the edge. */
  @media (max-height: 480px) and (orientation: landscape) {
    .page, .page.with-panel { grid-template: minmax(0, 1fr) / minmax(0, 1fr) auto; }
    .stage { padding: 6px 0 6px max(6px, env(safe-area-inset-left)); }
    meeting-toolbar { grid-area: 1 / 2; }
    chat-panel, people-panel, polls-panel { grid-area: 1 / 1; margin: 6px 0 6px 6px; z-index: 9; box-shadow: 0 0 0 10px var(--canvas); }
  }
`;
