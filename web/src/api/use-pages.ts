import { useEffect, useRef, useState } from 'react';
import { act, keyOf } from './answers.ts';
import type { AnswerOf, CallParts, OperationName, RequestOf } from './client.ts';
import { type Asked, useAnswer } from './use-answer.ts';

interface PageAnswer {
  readonly next?: string;
}

/** Operations whose answers come in pages. */
type PagedName = { [Name in OperationName]: AnswerOf<Name> extends PageAnswer ? Name : never }[OperationName];

export interface Pages<Answer> extends Omit<Asked<Answer>, 'data'> {
  /** What is here so far, the first page first; the first one follows what the service says. */
  readonly pages: readonly Answer[];
  /** Undefined: there is no more. */
  readonly more: (() => void) | undefined;
  readonly loadingMore: boolean;
}

/** A list of the service, page by page. Other parts begin it anew. */
export function usePages<Name extends PagedName>(
  name: Name,
  parts: { readonly path?: object; readonly query?: object },
): Pages<AnswerOf<Name>> {
  const key = keyOf(name, parts);
  const first = useAnswer(name, parts as RequestOf<Name>);
  const [rest, setRest] = useState<{ readonly key: string; readonly pages: readonly AnswerOf<Name>[] }>();
  const [loadingMore, setLoadingMore] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const current = useRef(key);
  useEffect(() => {
    current.current = key;
    setLoadingMore(false);
    setFailure(undefined);
  }, [key]);
  const further = rest?.key === key ? rest.pages : [];
  const pages = first.data === undefined ? [] : [first.data, ...further];
  const cursor = (pages.at(-1) as PageAnswer | undefined)?.next;
  const more = (): void => {
    if (loadingMore) return;
    setLoadingMore(true);
    const request = { ...parts, query: { ...parts.query, cursor } };
    act(name, ...([request] as unknown as CallParts<Name>)).then(
      (page) => {
        if (current.current !== key) return;
        setLoadingMore(false);
        setFailure(undefined);
        setRest({ key, pages: [...further, page] });
      },
      (error: unknown) => {
        if (current.current !== key) return;
        setLoadingMore(false);
        setFailure(error as Error);
      },
    );
  };
  const { data: _, ...state } = first;
  return {
    ...state,
    ...(failure !== undefined && { error: failure }),
    pages,
    more: cursor === undefined || first.stale ? undefined : more,
    loadingMore,
  };
}
