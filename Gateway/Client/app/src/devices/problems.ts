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
  const both = kind === 'both';
  const name = both ? 'camera and microphone' : kind;
  switch (problem) {
    case 'denied':
      return {
        title: `Your ${name} ${both ? 'are' : 'is'} blocked`,
        help: `Allow the ${name} for this page with the icon beside the address, then try again. You can join without ${both ? 'them' : 'it'}.`,
      };
    case 'none':
      return both
        ? { title: `No camera or microphone found`, help: `You can join without; they appear here when you connect them.` }
        : { title: `No ${name} found`, help: `You can join without one; it appears here when you connect it.` };
    case 'busy':
      return { title: `Your ${name} is in use`, help: `Another program uses it. Close that program, then try again.` };
    case 'insecure':
      return {
        title: `This address is not secure`,
        help: `Browsers give the ${name} only to pages on https or on localhost. Open this meeting with https to be seen and heard; joining without works.`,
      };
    case 'ended':
      return { title: `Your ${name} stopped`, help: `It was disconnected, or it failed. Connect it again, or choose another one.` };
    case 'failed':
      return { title: `Your ${name} did not start`, help: `Try again, or choose another one.` };
  }
}
