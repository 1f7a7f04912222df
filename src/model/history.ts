import type { ShellScript } from './shell-script.ts';

/** Who wrote an entry of the history, as far as its form tells. All of it can be forged. */
export type Builder =
  | 'buildkit'
  | 'legacy'
  | 'kaniko'
  | 'buildah'
  | 'podman'
  | 'nix'
  | 'bazel'
  | 'ko'
  | 'import'
  | 'commit'
  | 'unknown';

/** Instructions of a build file that an entry can tell of. FROM is never among them: builders do not record it. */
export type DockerfileKeyword =
  | 'ADD'
  | 'ARG'
  | 'CMD'
  | 'COPY'
  | 'ENTRYPOINT'
  | 'ENV'
  | 'EXPOSE'
  | 'HEALTHCHECK'
  | 'LABEL'
  | 'MAINTAINER'
  | 'ONBUILD'
  | 'RUN'
  | 'SHELL'
  | 'STOPSIGNAL'
  | 'USER'
  | 'VOLUME'
  | 'WORKDIR';

/**
 * IMPORT: a file system taken in as one layer; COMMIT: a container that became an image; LAYER: a tool that packs layers
 * (Nix, Bazel, ko) without instructions; UNKNOWN: nothing is recorded, or nothing that has a known form.
 */
export type InstructionKind = DockerfileKeyword | 'IMPORT' | 'COMMIT' | 'LAYER' | 'UNKNOWN';

/** `--name=value` or `--name` before the arguments. */
export interface InstructionFlag {
  readonly name: string;
  readonly value?: string;
}

/** `NAME=value` of ENV, LABEL and ARG; an ARG may have no value. */
export interface InstructionPair {
  readonly name: string;
  readonly value?: string;
}

/** A here-document of RUN, COPY or ADD. */
export interface InstructionDocument {
  readonly name: string;
  readonly content: string;
  /** Variables in it are replaced: its name is not quoted. */
  readonly isExpanded: boolean;
}

/** What stands after the keyword, as fits it; lists are empty where they do not fit. */
export interface InstructionArguments {
  readonly flags: readonly InstructionFlag[];
  /** `exec`: a JSON list; `shell`: a text for a shell. Only RUN, CMD, ENTRYPOINT and HEALTHCHECK have a form. */
  readonly form?: 'shell' | 'exec';
  /**
   * RUN, CMD, ENTRYPOINT, HEALTHCHECK of the form `exec`, SHELL: the list. COPY, ADD: sources, then the destination.
   * EXPOSE, VOLUME, USER, WORKDIR, STOPSIGNAL, MAINTAINER: the values.
   */
  readonly words: readonly string[];
  readonly pairs: readonly InstructionPair[];
  /** Text for the shell, here-documents among it; continuation lines are joined. */
  readonly command?: string;
  readonly documents: readonly InstructionDocument[];
  /** `HEALTHCHECK NONE`. */
  readonly isNone?: boolean;
  /** What ONBUILD puts off. */
  readonly trigger?: DockerfileInstruction;
}

/** One instruction of a build file. */
export interface DockerfileInstruction {
  /** In capital letters, known or not. */
  readonly keyword: string;
  readonly arguments: InstructionArguments;
}

/** One entry of the history, read. */
export interface Instruction {
  /** Position in the history, from 0. */
  readonly index: number;
  readonly kind: InstructionKind;
  readonly builder: Builder;
  /** As it could stand in a build file, over several lines where it has here-documents; may hold any character. */
  readonly text: string;
  readonly arguments: InstructionArguments;
  /** Build arguments in force, with the values that they had: of RUN only, since other entries do not keep them. */
  readonly buildArguments: readonly { readonly name: string; readonly value: string }[];
  /** The shell of a RUN, CMD, ENTRYPOINT or HEALTHCHECK in shell form: `['/bin/sh', '-c']`. */
  readonly shell?: readonly string[];
  readonly form?: 'shell' | 'exec';
  /**
   * The commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, read at the first call. Absent where there are none, or where the
   * shell is one that nothing here reads (PowerShell, cmd). Words of an exec form are a script of one command.
   */
  readonly script?: () => ShellScript;
  /** The layer it made. */
  readonly layerIndex?: number;
  readonly created?: string;
  readonly comment?: string;
  readonly author?: string;
  /** False where the entry does not tell enough: sources of COPY as a digest, quotes that the builder dropped, a guess. */
  readonly isCertain: boolean;
  /** `created_by` as recorded. */
  readonly raw: string;
}

/** Something about the history that a builder would not have written. */
export interface HistoryOddity {
  readonly kind:
    | 'missing'
    | 'empty-entry'
    | 'too-many-entries'
    | 'too-long'
    | 'layer-count'
    | 'time-order'
    | 'time-range'
    | 'time-form'
    | 'control-characters'
    | 'layer-of-metadata'
    | 'no-layer-of-content'
    | 'build-arguments'
    | 'config';
  /** Short and without text from the image. */
  readonly message: string;
  /** Index of the entry in the history. */
  readonly entry?: number;
}

/** What the history of an image tells. */
export interface ImageHistory {
  /** Who wrote the last entry that tells; see `Instruction.builder` for the others. */
  readonly builder: Builder;
  readonly instructions: readonly Instruction[];
  readonly oddities: readonly HistoryOddity[];
}
