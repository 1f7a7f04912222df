import { listedOnly } from '../listed-only.ts';
import { kernelImages } from './images.ts';

/** Linux: kernels and modules that no package brought. They are listed; what a distribution brought is judged as its package. */
export const kernel = listedOnly({
  id: 'kernel',
  displayName: 'Linux kernel',
  types: ['linux-kernel'],
  analyzers: [kernelImages],
});
