/** Keeps the screen of a phone awake while a meeting is on; browsers without the feature sleep as they like. Returns how to stop. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const acquire = (): void => {
    if (document.visibilityState !== 'visible') return;
    navigator.wakeLock?.request('screen').then(
      (sentinel) => {
        if (isOver) void sentinel.release();
        else lock = sentinel;
      },
      () => undefined, // low battery, or not allowed: no reason to trouble anybody
    );
  };
  // The browser takes the lock away whenever the page is hidden.
  document.addEventListener('visibilitychange', acquire);
  acquire();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', acquire);
    void lock?.release();
  };
}
