import { deAccount } from './de-account.ts';
import { deAdmin } from './de-admin.ts';
import { deEncryption } from './de-encryption.ts';
import { deMeeting } from './de-meeting.ts';
import { dePages } from './de-pages.ts';
import type { Catalogue } from './language.ts';

/** German. */
export const de: Catalogue = { ...dePages, ...deMeeting, ...deAdmin, ...deEncryption, ...deAccount };
