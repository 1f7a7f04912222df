import { testRules } from '../../../test/support/rule-cases.ts';
import { shellStyleRules } from './shell-style.ts';

testRules(shellStyleRules, {
  'sudo-in-run': {
    fires: ['RUN sh -c "sudo ls"', 'RUN cd / && sudo make'],
    quiet: ['RUN apt-get install -y sudo', 'RUN echo sudo'],
  },
  'cd-in-run': { quiet: ['RUN (cd /srv && make)', 'RUN make && cd /', 'RUN cd /a && x && cd /b && y'] },
  'wget-and-curl': {
    fires: ['RUN wget -q https://a.example/x && curl -O https://b.example/'],
    quiet: ['RUN apt-get install -y wget curl', 'RUN curl https://a.example'],
  },
  'wget-progress': {
    quiet: [
      'RUN wget -q https://a.example',
      'RUN wget -nv https://a.example',
      'RUN wget --progress=dot:giga https://a.example',
      'RUN wget -qO- https://a.example',
    ],
  },
  'pipe-without-pipefail': {
    fires: ['RUN a | b'],
    quiet: [
      'RUN set -o pipefail && a | b',
      'RUN echo x | b',
      'RUN a || b',
      'SHELL ["/bin/bash","-eo","pipefail","-c"]\nRUN a | b',
      'RUN echo "a | b"',
    ],
  },
  'shell-by-link': { quiet: ['RUN ln -s /bin/bash /usr/local/bin/sh', 'RUN ln -s /a /b'] },
  'pointless-command': {
    fires: ['RUN top', 'RUN vim x', 'RUN mount /dev/x /y'],
    quiet: ['RUN apt-get install -y vim', 'RUN service mysql start && mysql -e x'],
  },
  'consecutive-runs': { quiet: ['RUN a\nCOPY x /\nRUN b', 'RUN a'] },
  'useradd-large-id': { quiet: ['RUN useradd -l -u 123456789 app', 'RUN useradd -u 1000 app'] },
});
