import { t } from '../i18n/language.ts';

/** Why there is no camera or microphone. */
export type DeviceProblem = 'denied' | 'none' | 'busy' | 'insecure' | 'ended' | 'failed';

export type DeviceKind = 'microphone' | 'camera';

export interface ProblemText {
  readonly title: string;
  readonly help: string;
}

/** What getUserMedia's error means to a person. */
export function problemOf(error: unknown): DeviceProblem {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** Whether one sentence says it for camera and microphone together. */
export function isShared(camera: DeviceProblem | undefined, microphone: DeviceProblem | undefined): boolean {
  return camera === microphone && (camera === 'denied' || camera === 'none' || camera === 'insecure');
}

/** @param kind `both` where one reason holds for both: {@link isShared}. */
export function problemText(kind: DeviceKind | 'both', problem: DeviceProblem): ProblemText {
  return { title: t(`problem.${problem}.${kind}.title`), help: t(`problem.${problem}.${kind}.help`) };
}
