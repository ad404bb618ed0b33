/** What may happen to the space bar while it talks. */
export interface Talking {
  /** The microphone is off, and may be switched on. */
  mayTalk(): boolean;
  talk(on: boolean): void;
}

/**
 * While the space bar is held, a muted person is heard. Not while somebody types, and not where the space bar already means something: on a control that
 * the keyboard is on. Returns how to stop.
 */
export function pushToTalk(talking: Talking): () => void {
  let isHeld = false;
  // A button that the mouse was on last is not one that somebody means to press by the keyboard.
  let isByMouse = false;
  const pointed = (): void => void (isByMouse = true);
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    talking.talk(false);
  };
  const down = (event: KeyboardEvent): void => {
    if (event.key === 'Tab' || event.key.startsWith('Arrow')) isByMouse = false;
    if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || hasOwnUse(event, isByMouse)) return;
    if (isHeld) return event.preventDefault();
    if (event.repeat || !talking.mayTalk()) return;
    event.preventDefault();
    isHeld = true;
    talking.talk(true);
  };
  const up = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || !isHeld) return;
    // A button that was clicked before would take the release for another click.
    event.preventDefault();
    release();
  };
  document.addEventListener('pointerdown', pointed);
  document.addEventListener('keydown', down);
  document.addEventListener('keyup', up);
  window.addEventListener('blur', release);
  return () => {
    release();
    document.removeEventListener('pointerdown', pointed);
    document.removeEventListener('keydown', down);
    document.removeEventListener('keyup', up);
    window.removeEventListener('blur', release);
  };
}

function hasOwnUse(event: Event, isByMouse: boolean): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|SUMMARY|VIDEO)$/.test(target.tagName)) return true;
  return !isByMouse && target.matches('button, a, [role=separator], [role=tab]');
}
