import { budgets } from './cases-budgets.ts';
import { describeCases } from './describe-cases.ts';

describeCases(budgets);
