"""Packs the files of an index into CORPUS: `corpus.py INDEX MIRRORS CORPUS`.

INDEX is a file of JSON lines as the README describes them. MIRRORS holds bare mirrors, one folder for each repository
with its name, `/` written as `+`; where that folder is no repository itself, one in it is. In CORPUS come to be
corpus.bin, the contents one behind the other, and corpus.ndjson, the lines with `offset` and `length`.
What is missing, and what has another SHA-256, is left out and counted. Contents are never written as files of their own.
"""
import collections
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile

MOST = 4 << 20  # bytes of a member of an archive


def repository(mirrors, name):
    folder = os.path.join(mirrors, name.replace('/', '+'))
    inner = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for candidate in [folder, *(os.path.join(folder, entry) for entry in inner)]:
        for path in (candidate, os.path.join(candidate, '.git')):
            if os.path.isfile(os.path.join(path, 'HEAD')) and os.path.isdir(os.path.join(path, 'objects')):
                return path
    return None


def blobs(path, ids):
    """(id, content or None) in the order of `ids`."""
    environment = dict(os.environ, GIT_NO_LAZY_FETCH='1', GIT_NO_REPLACE_OBJECTS='1', GIT_TERMINAL_PROMPT='0')
    command = ['git', '-c', 'safe.directory=*', '--git-dir', path, 'cat-file', '--batch', '--buffer']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        def ask():
            process.stdin.write(''.join(f'{blob}\n' for blob in ids).encode())
            process.stdin.close()

        asker = threading.Thread(target=ask, daemon=True)
        asker.start()
        for blob in ids:
            head = process.stdout.readline().split()
            if len(head) != 3:
                yield blob, None
                continue
            content = process.stdout.read(int(head[2]))
            process.stdout.read(1)
            yield blob, content if head[1] == b'blob' else None
        asker.join()


def member(archive, line):
    """The member of an archive that has the SHA-256 of the line."""
    try:
        infos = zipfile.ZipFile(io.BytesIO(archive)).infolist()
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    for info in infos:
        if info.file_size != line['size'] or info.file_size > MOST:
            continue
        for password in (None, b'infected'):
            try:
                content = opened.read(info, pwd=password)
            except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
                continue
            if hashlib.sha256(content).hexdigest() == line['sha256']:
                return content
    return None


def main(index, mirrors, corpus):
    lines = [json.loads(line) for line in open(index, encoding='utf-8')]
    by_repository = collections.defaultdict(lambda: collections.defaultdict(list))
    for number, line in enumerate(lines):
        by_repository[line['repository']][line['blob']].append(number)
    if not any(repository(mirrors, name) for name in by_repository):
        print(f'skipped: {mirrors} holds none of the {len(by_repository)} repositories of the index')
        return 75
    os.makedirs(corpus, exist_ok=True)
    places, missing, at = {}, collections.Counter(), 0
    with open(os.path.join(corpus, 'corpus.bin'), 'wb') as out:
        for name, wanted in sorted(by_repository.items()):
            path = repository(mirrors, name)
            if path is None:
                missing['repository'] += sum(map(len, wanted.values()))
                continue
            for blob, content in blobs(path, list(wanted)):
                for number in wanted[blob]:
                    line = lines[number]
                    found = member(content, line) if content is not None and line.get('inner') else content
                    if found is None or hashlib.sha256(found).hexdigest() != line['sha256']:
                        missing['content'] += 1
                        continue
                    out.write(found)
                    places[number] = (at, len(found))
                    at += len(found)
    with open(os.path.join(corpus, 'corpus.ndjson'), 'w', encoding='utf-8') as out:
        for number, line in enumerate(lines):
            if number in places:
                offset, length = places[number]
                out.write(json.dumps({**line, 'offset': offset, 'length': length}, separators=(',', ':')) + '\n')
    print(f'{len(places)} files, {at} bytes; missing: {dict(missing)}')
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:4]))
