import type { Instruction } from '../../model/history.ts';

const makesFiles: ReadonlySet<Instruction['kind']> = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Whether the layer of an instruction is that of a whole build: buildah makes one of all instructions, unless it is asked for
 * layers, and the last instruction has it, whatever that is.
 *
 * @param at Index of the instruction.
 */
export function isLayerOfAll(instructions: readonly Instruction[], at: number): boolean {
  if (instructions[at]?.builder !== 'buildah') return false;
  // Back to the instruction before that has a layer: no entry is looked at twice, however many ask.
  for (let index = at - 1; index >= 0; index--) {
    const { layerIndex, builder, kind } = instructions[index]!;
    if (layerIndex !== undefined) return false;
    if (builder === 'buildah' && makesFiles.has(kind)) return true;
  }
  return false;
}
