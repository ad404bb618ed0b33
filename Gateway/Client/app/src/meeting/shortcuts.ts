import type { ToolbarAction } from './meeting-toolbar.ts';

/** The keys of the meeting page, as the sheet behind `?` lists them. */
export const shortcuts: readonly { readonly key: string; readonly action: ToolbarAction; readonly text: string }[] = [
  { key: 'M', action: 'microphone', text: 'Mute or unmute' },
  { key: 'V', action: 'camera', text: 'Camera on or off' },
  { key: 'S', action: 'share', text: 'Share screen, or stop' },
  { key: 'H', action: 'hand', text: 'Raise or lower hand' },
  { key: 'C', action: 'chat', text: 'Open or close chat' },
  { key: 'P', action: 'people', text: 'Open or close participants' },
  { key: 'G', action: 'mode', text: 'Grid or speaker view' },
  { key: '?', action: 'shortcuts', text: 'This list' },
];

/** The action of a key press; undefined while somebody types, or with a modifier that belongs to the browser. */
export function actionOf(event: KeyboardEvent): ToolbarAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) return undefined;
  return shortcuts.find((shortcut) => shortcut.key.toLowerCase() === event.key.toLowerCase())?.action;
}
