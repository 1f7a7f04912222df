import { databases } from './cases-databases.ts';
import { languages } from './cases-languages.ts';
import { rpms } from './cases-rpm.ts';
import { describeCases } from './describe-cases.ts';

describeCases([...databases, ...languages, ...rpms]);
