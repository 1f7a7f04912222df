/** What the image has at a path, links followed. */
export interface ImageFiles {
  has(path: string): boolean;
  /** Where a program of the container comes from, for people: `of nginx 1.26 in layer 2`. */
  origin?(program: string): string;
}

/** Where calls come from. */
export interface CallSource {
  readonly container: {
    readonly id: string;
    /** Of the image. */
    readonly imageId: string;
  };
  /** Of the image's /etc/passwd and /etc/group, by number. */
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
  readonly image: ImageFiles;
}
