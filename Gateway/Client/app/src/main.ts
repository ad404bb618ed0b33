import './conference-app.ts';
import { applyLanguage } from './i18n/language.ts';

applyLanguage();
