import { enAccount } from './en-account.ts';
import { enAdmin } from './en-admin.ts';
import { enEncryption } from './en-encryption.ts';
import { enMeeting } from './en-meeting.ts';
import { enPages } from './en-pages.ts';

/** English: says which texts there are. `{name}` in a text stands for a value; `one` and `other` are plural forms, chosen by `{count}`. */
export const en = { ...enPages, ...enMeeting, ...enAdmin, ...enEncryption, ...enAccount } as const;
