/** The arrow keys go from item to item of a menu, Home and End to its first and last (WAI-ARIA, menu pattern). True: the key was one of these. */
export function moveInMenu(event: KeyboardEvent, menu: ParentNode | null): boolean {
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])].filter((item) => item.offsetParent !== null || item.getClientRects().length > 0);
  const root = items[0]?.getRootNode();
  const at = root instanceof ShadowRoot || root instanceof Document ? items.indexOf(root.activeElement as HTMLElement) : -1;
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return false;
  event.preventDefault();
  event.stopPropagation();
  items[(to + items.length) % items.length]?.focus();
  return true;
}
