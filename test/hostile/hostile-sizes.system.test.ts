import { extremes } from './cases-size.ts';
import { describeCases } from './describe-cases.ts';

describeCases(extremes);
