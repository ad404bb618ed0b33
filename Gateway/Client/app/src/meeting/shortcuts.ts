import type { ToolbarAction } from './meeting-toolbar.ts';

/** The keys of the meeting page, as the sheet behind `?` lists them. */
export const shortcuts: readonly { readonly key: string; readonly action: Extract<ToolbarAction, 'microphone' | 'camera' | 'share' | 'hand' | 'chat' | 'people' | 'mode' | 'shortcuts'> }[] = [
  { key: 'M', action: 'microphone' },
  { key: 'V', action: 'camera' },
  { key: 'S', action: 'share' },
  { key: 'H', action: 'hand' },
  { key: 'C', action: 'chat' },
  { key: 'P', action: 'people' },
  { key: 'G', action: 'mode' },
  { key: '?', action: 'shortcuts' },
];

/** The action of a key press; undefined while somebody types, or with a modifier that belongs to the browser. */
export function actionOf(event: KeyboardEvent): ToolbarAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) return undefined;
  return shortcuts.find((shortcut) => shortcut.key.toLowerCase() === event.key.toLowerCase())?.action;
}
