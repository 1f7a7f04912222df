export { escapeLine, escapeText } from '../formats/escape-text.ts';
