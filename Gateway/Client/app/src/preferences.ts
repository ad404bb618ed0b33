/** What a person chose on this device, kept between meetings. */
export interface Preferences {
  readonly name: string;
  /** The language of the page; empty: the browser's. */
  readonly language: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly microphoneId: string;
  readonly cameraId: string;
  readonly speakerId: string;
  readonly mirror: boolean;
  /** Everybody equal, or whoever speaks large. */
  readonly view: 'grid' | 'speaker';
  readonly hideNonVideo: boolean;
  readonly hideSelf: boolean;
  /** What of the stage the strip beside a large picture takes; 0: as much as looks right. */
  readonly stripShare: number;
  /** What the browser does to the own voice. */
  readonly noiseSuppression: boolean;
  readonly echoCancellation: boolean;
  readonly autoGainControl: boolean;
  /** Holding the space bar lets a muted person speak. */
  readonly pushToTalk: boolean;
  /** What is said is shown in writing, where somebody provides it. */
  readonly captions: boolean;
  /** What shared screens mostly show: text stays legible, a film stays smooth, where a viewer's connection is narrow. */
  readonly screenContent: 'detail' | 'motion';
  /** The camera's wanted lines: less of them saves power and data. */
  readonly quality: 180 | 360 | 720 | 1080;
}

const key = 'conference:preferences';
const defaults: Preferences = {
  name: '', language: '', microphoneOn: true, cameraOn: true, microphoneId: '', cameraId: '', speakerId: '', mirror: true, view: 'grid', hideNonVideo: false, hideSelf: false, stripShare: 0,
  noiseSuppression: true, echoCancellation: true, autoGainControl: true, pushToTalk: true, captions: true, screenContent: 'detail', quality: 720,
};
let current: Preferences | undefined;

export function preferences(): Preferences {
  return (current ??= read());
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...preferences(), ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    return { ...defaults, ...stored };
  } catch {
    return defaults;
  }
}
