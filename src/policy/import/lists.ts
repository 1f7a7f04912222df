import { dayOf, type Imported, ImportList, type WhyNot } from './imported.ts';

/**
 * `.trivyignore`: an id a line, `exp:YYYY-MM-DD` behind it, comments; a comment right above an id is taken for its
 * reason (trivy.dev, "Filtering", section ".trivyignore").
 */
export function importTrivyIgnore(text: string, whyNot: WhyNot): Imported {
  const list = new ImportList();
  let comment: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed.startsWith('#')) comment.push(trimmed.replace(/^#+\s*/, ''));
    if (trimmed === '') comment = [];
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const hash = trimmed.search(/\s#/);
    const [id = '', ...rest] = (hash < 0 ? trimmed : trimmed.slice(0, hash)).split(/\s+/);
    const reason = [...comment, ...(hash < 0 ? [] : [trimmed.slice(hash).replace(/^\s*#+\s*/, '')])].join(' ').trim();
    const expiry = rest.find((word) => word.startsWith('exp:'))?.slice(4);
    const expires = dayOf(expiry);
    const unknown = rest.filter((word) => !word.startsWith('exp:'));
    if (!isId(id)) list.leave(line, id, 'it is no id');
    else if (expiry !== undefined && expires === undefined) list.leave(line, trimmed, `${expiry} is no day`);
    else {
      if (unknown.length > 0) list.leave(line, unknown.join(' '), 'it has no counterpart');
      const details = { ...(reason !== '' && { reason }), ...(expires !== undefined && { expires }) };
      if (isMisconfiguration(id)) list.addCheck('trivy', id, whyNot, line, details);
      else list.add({ line, criteria: { id: [id] }, ...details });
    }
    comment = [];
  }
  return list;
}

/** `.dockleignore`: an id of a check a line (github.com/goodwithtech/dockle, "Ignore the specified checkpoints"). */
export function importDockleIgnore(text: string, whyNot: WhyNot): Imported {
  const list = new ImportList();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [id = ''] = raw.replace(/#.*$/, '').trim().split(/\s+/);
    if (id === '') continue;
    if (/^(?:CIS|DKL)-[A-Z]{2}-\d{4}$/i.test(id)) list.addCheck('dockle', id.toUpperCase(), whyNot, index + 1);
    else list.leave(index + 1, id, 'it is no id of a check');
  }
  return list;
}

/** Ids of Trivy's checks of build files and of much else: `AVD-DS-0002`, `AVD-AWS-0001`, `DS-0002`, `DS002`, `KSV001`. */
function isMisconfiguration(id: string): boolean {
  return /^(?:AVD-[A-Z]{2,}-\d+|(?:DS|KSV|KCV|AWS|AZU|GCP)-?\d{3,4})$/i.test(id);
}

function isId(text: string): boolean {
  return /^[A-Za-z][\w.:-]{1,100}$/.test(text);
}
