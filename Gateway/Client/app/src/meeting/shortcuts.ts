import type { ToolbarAction } from './meeting-toolbar.ts';

/** The keys of the meeting page, as the sheet behind `?` lists them. */
export const shortcuts: readonly { readonly key: string; readonly action: Extract<ToolbarAction, 'microphone' | 'camera' | 'share' | 'hand' | 'chat' | 'people' | 'polls' | 'mode' | 'fullScreen' | 'shortcuts'> }[] = [
  { key: 'M', action: 'microphone' },
  { key: 'V', action: 'camera' },
  { key: 'S', action: 'share' },
  { key: 'H', action: 'hand' },
  { key: 'C', action: 'chat' },
  { key: 'P', action: 'people' },
  { key: 'Q', action: 'polls' },
  { key: 'G', action: 'mode' },
  { key: 'F', action: 'fullScreen' },
  { key: '?', action: 'shortcuts' },
];

/** The action of a key press; undefined while somebody types, or with a modifier that belongs to the browser. */
export function actionOf(event: KeyboardEvent): ToolbarAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event)) return undefined;
  return shortcuts.find((shortcut) => shortcut.key.toLowerCase() === event.key.toLowerCase())?.action;
}

/** Which way an arrow key turns the pages of the gallery; 0: it does not. */
export function pageTurn(event: KeyboardEvent): -1 | 0 | 1 {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event)) return 0;
  const target = event.composedPath()[0];
  // In tabs, menus and at the edge of the strip the arrows have a meaning of their own.
  if (target instanceof HTMLElement && target.closest('[role=tab], [role=separator], [role=menu], [role=log]')) return 0;
  return event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
}

function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
