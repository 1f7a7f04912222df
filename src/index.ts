export { type ScanOptions, scanImage } from './scan.ts';
