import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Drawn on a 24 unit grid with a stroke of 1.8, so that they read alike at 16 to 28 pixels. */
const shapes = {
  mic: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
  micOff: svg`<path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.7-1.3M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.5 11.5a6.6 6.6 0 0 1-.4 2.2M12 18v3M3.5 3.5l17 17"/>`,
  camera: svg`<rect x="3" y="6.5" width="12.5" height="11" rx="2.6"/><path d="m15.5 10.8 4.2-2.5a.9.9 0 0 1 1.3.8v5.8a.9.9 0 0 1-1.3.8l-4.2-2.5"/>`,
  cameraOff: svg`<path d="M9.5 6.5h3.4a2.6 2.6 0 0 1 2.6 2.6v3.4m0 2.8a2.6 2.6 0 0 1-2.6 2.2H5.6A2.6 2.6 0 0 1 3 14.9V9.1a2.6 2.6 0 0 1 2.6-2.6M15.5 10.8l4.2-2.5a.9.9 0 0 1 1.3.8v5.8a.9.9 0 0 1-1.3.8M3.5 3.5l17 17"/>`,
  screen: svg`<rect x="3" y="4.5" width="18" height="12" rx="2.4"/><path d="M12 13.5v-5M9.7 10.3 12 8l2.3 2.3M8.5 20h7"/>`,
  screenStop: svg`<rect x="3" y="4.5" width="18" height="12" rx="2.4"/><path d="m9.8 8.3 4.4 4.4m0-4.4-4.4 4.4M8.5 20h7"/>`,
  chat: svg`<path d="M5.5 4.5h13A2.5 2.5 0 0 1 21 7v8a2.5 2.5 0 0 1-2.5 2.5H11L6.5 21v-3.5h-1A2.5 2.5 0 0 1 3 15V7a2.5 2.5 0 0 1 2.5-2.5ZM8 9.5h8M8 13h5"/>`,
  people: svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.8 19.5a6.2 6.2 0 0 1 12.4 0M16 5.4a3.5 3.5 0 0 1 0 6.2M17.8 14.3a6.2 6.2 0 0 1 3.4 5.2"/>`,
  hand: svg`<path d="M7.5 12.5V6a1.5 1.5 0 0 1 3 0v5-7a1.5 1.5 0 0 1 3 0v7-5.5a1.5 1.5 0 0 1 3 0V13l1-1.6a1.5 1.5 0 0 1 2.6 1.4l-2.7 5.5A5.5 5.5 0 0 1 12.5 21.3h-.6a5.5 5.5 0 0 1-4.6-2.5L4 13.8a1.5 1.5 0 0 1 2.4-1.7z"/>`,
  smile: svg`<circle cx="12" cy="12" r="8.7"/><path d="M8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.6M15 9.5v.6"/>`,
  more: svg`<circle cx="5.5" cy="12" r="1.2"/><circle cx="12" cy="12" r="1.2"/><circle cx="18.5" cy="12" r="1.2"/>`,
  leave: svg`<path d="M3.3 14.7c-.7-2 .5-4 2.3-4.9a14.5 14.5 0 0 1 12.8 0c1.8.9 3 2.9 2.3 4.9l-.3.8a1.5 1.5 0 0 1-1.9.9l-2.8-1a1.5 1.5 0 0 1-1-1.4v-1.5a9.5 9.5 0 0 0-5.4 0V14a1.5 1.5 0 0 1-1 1.4l-2.8 1a1.5 1.5 0 0 1-1.9-.9z"/>`,
  settings: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.8 0l3-3a4.1 4.1 0 0 0-5.8-5.8l-1 1M14 10a4 4 0 0 0-5.8 0l-3 3A4.1 4.1 0 0 0 11 18.8l1-1"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="12" height="12" rx="2.5"/><path d="M15.5 8.5V6A2.5 2.5 0 0 0 13 3.5H6A2.5 2.5 0 0 0 3.5 6v7A2.5 2.5 0 0 0 6 15.5h2.5"/>`,
  check: svg`<path d="m5 12.5 4.7 4.7L19.5 7"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  pin: svg`<path d="M9 3.5h6l-.6 6 3.1 3.5H6.5l3.1-3.5zM12 13v7.5"/>`,
  grid: svg`<rect x="3.5" y="4" width="7" height="7" rx="1.8"/><rect x="13.5" y="4" width="7" height="7" rx="1.8"/><rect x="3.5" y="13.5" width="7" height="7" rx="1.8"/><rect x="13.5" y="13.5" width="7" height="7" rx="1.8"/>`,
  speaker: svg`<rect x="3" y="4.5" width="12" height="15" rx="2.2"/><path d="M18 5.5h3M18 12h3M18 18.5h3"/>`,
  sound: svg`<path d="M4 9.5v5h3.3L12 18.5v-13L7.3 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.7 7.7 0 0 1 0 11"/>`,
  lock: svg`<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3"/>`,
  shield: svg`<path d="M12 3.2 19.5 6v5.6c0 4.4-3 7.7-7.5 9.2-4.5-1.5-7.5-4.8-7.5-9.2V6zM9 12.2l2.2 2.2 4-4.3"/>`,
  shieldOff: svg`<path d="M12 3.2 19.5 6v5.6c0 4.4-3 7.7-7.5 9.2-4.5-1.5-7.5-4.8-7.5-9.2V6zM12 8v4.6M12 15.6v.2"/>`,
  unlock: svg`<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8.5 10.5V7.5a3.5 3.5 0 0 1 6.7-1.4"/>`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4zM12 10v4.2M12 16.8v.2"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  arrow: svg`<path d="M5 12h13.5M13 6.5l5.5 5.5-5.5 5.5"/>`,
  left: svg`<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`,
  right: svg`<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`,
  send: svg`<path d="M20.5 3.5 3.5 10.3l6.9 3.3 3.3 6.9zM20.5 3.5 10.4 13.6"/>`,
  remove: svg`<circle cx="10" cy="8.5" r="3.5"/><path d="M3.8 19.5a6.2 6.2 0 0 1 11-3.9M16 19h5"/>`,
  edit: svg`<path d="m4.5 19.5.9-4L16.2 4.7a2 2 0 0 1 2.8 0l.3.3a2 2 0 0 1 0 2.8L8.5 18.6zM14 7l3 3"/>`,
  star: svg`<path d="m12 4 2.5 5.1 5.5.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.5-.8z"/>`,
  help: svg`<circle cx="12" cy="12" r="8.7"/><path d="M9.7 9.5a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.2.9-1.2 1.9M12 16.3v.2"/>`,
  door: svg`<path d="M14 4.5H7.5A1.5 1.5 0 0 0 6 6v12a1.5 1.5 0 0 0 1.5 1.5H14M11 12h9.5M17 8.5l3.5 3.5-3.5 3.5"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6.2"/><path d="m15.2 15.2 5 5"/>`,
  reply: svg`<path d="M10 6 4.5 11.5 10 17M5 11.5h8.5a6 6 0 0 1 6 6v.5"/>`,
  trash: svg`<path d="M4.5 7h15M9.5 7V5a1.5 1.5 0 0 1 1.5-1.5h2A1.5 1.5 0 0 1 14.5 5v2M6.5 7l.8 11.6a2 2 0 0 0 2 1.9h5.4a2 2 0 0 0 2-1.9L17.5 7M10 11v5.5M14 11v5.5"/>`,
  poll: svg`<path d="M5 20v-6M12 20V5M19 20v-9"/>`,
  up: svg`<path d="m6 14.5 6-6 6 6"/>`,
  slow: svg`<path d="M4 18v-2.5M9 18v-6M14 18v-9.5" /><path d="m18 5.5 3 3m0-3-3 3"/>`,
  fullScreen: svg`<path d="M4.5 9V6A1.5 1.5 0 0 1 6 4.5h3M15 4.5h3A1.5 1.5 0 0 1 19.5 6v3M19.5 15v3a1.5 1.5 0 0 1-1.5 1.5h-3M9 19.5H6A1.5 1.5 0 0 1 4.5 18v-3"/>`,
  window: svg`<rect x="3" y="5" width="18" height="14" rx="2.4"/><rect x="12" y="11.5" width="6.5" height="5" rx="1.2"/>`,
  hide: svg`<path d="M4 4l16 16M9.9 5.3A9.6 9.6 0 0 1 12 5c5 0 8.5 4.5 9.3 7a12 12 0 0 1-2.6 3.9M6.4 7.3A12.3 12.3 0 0 0 2.7 12c.8 2.5 4.3 7 9.3 7a9.4 9.4 0 0 0 4.3-1M9.9 10a3 3 0 0 0 4.2 4.2"/>`,
  signal: svg`<path d="M4.5 18.5v-3M9.5 18.5v-6M14.5 18.5V9M19.5 18.5v-13"/>`,
  calendar: svg`<rect x="3.5" y="5" width="17" height="15.5" rx="2.6"/><path d="M3.5 10h17M8 3v4M16 3v4"/>`,
  stop: svg`<rect x="6" y="6" width="12" height="12" rx="2.5"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof shapes;

/** An icon; decorative, so the control around it carries the label. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shapes[name]}</svg>`;
}

/** The mark of the product. */
export const brandMark = html`<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="#0d6b5e"/><path fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round" d="M21.5 11.2a7.2 7.2 0 1 0 0 9.6"/><circle cx="22.4" cy="16" r="2.4" fill="#6ff0cf"/></svg>`;
