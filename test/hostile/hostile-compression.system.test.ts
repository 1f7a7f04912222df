import { compression } from './cases-compression.ts';
import { xzAndBzip2 } from './cases-xz-bzip2.ts';
import { describeCases } from './describe-cases.ts';

describeCases([...compression, ...xzAndBzip2]);
