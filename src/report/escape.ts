export { escapeLine, escapeSource, escapeText } from '../formats/escape-text.ts';
