import { testRules } from '../../../test/support/rule-cases.ts';
import { addCopyRules } from './add-copy.ts';

testRules(addCopyRules, {
  'add-instead-of-copy': {
    fires: ['COPY a /\nADD b /srv'],
    quiet: ['ADD file:0123456789abcdef0123 /', 'ADD x.tar.xz /srv', 'ADD https://example.org/x /'],
  },
  'copy-without-slash': { quiet: ['COPY a b /srv/', 'COPY a /srv', 'COPY a b .'] },
  'copy-then-unpack': { quiet: ['COPY a.tar.gz /tmp/\nRUN echo tar a.tar.gz', 'RUN tar -xzf /b.tar.gz'] },
  'copy-whole-stage': { quiet: ['COPY --from=build /out /', 'COPY . /'] },
  'copy-sensitive-file': {
    fires: ['COPY id_rsa /root/.ssh/', 'ADD conf/server.key /etc/', 'COPY .env .'],
    quiet: ['COPY id_rsa.pub /root/', 'COPY package.json ./', 'COPY key.go .'],
  },
});
