import { testRules } from '../../../test/support/rule-cases.ts';
import { languagePackageRules } from './language-packages.ts';

testRules(languagePackageRules, {
  'pip-unpinned': {
    fires: ['RUN python3 -m pip install flask', 'RUN pip install --upgrade pip', 'RUN pip3 install flask requests==1'],
    quiet: [
      'RUN pip install flask==1.0',
      'RUN pip install -r r.txt',
      'RUN pip install .',
      'RUN pip install "flask>=1"',
      'RUN pip install $X',
      'RUN pip download flask',
    ],
  },
  'pip-cache-kept': {
    quiet: [
      'RUN PIP_NO_CACHE_DIR=1 pip install x==1',
      'RUN pip install x==1 && rm -rf /root/.cache',
      'RUN --mount=type=cache,target=/root/.cache/pip pip install x==1',
      'RUN pip install x==1 && pip cache purge',
    ],
  },
  'npm-unpinned': {
    fires: ['RUN npm i -g express@latest', 'RUN yarn global add typescript', 'RUN npm install @scope/x'],
    quiet: [
      'RUN npm install',
      'RUN npm ci',
      'RUN npm i express@1.0.0 @scope/x@2',
      'RUN npm install ./x.tgz',
      'RUN npm install user/repo',
      'RUN yarn',
    ],
  },
  'gem-unpinned': { quiet: ['RUN gem install x -v 1.0', 'RUN gem install x.gem', 'RUN gem list'] },
  'go-unpinned': {
    fires: ['RUN go get example.org/x'],
    quiet: ['RUN go install ./...', 'RUN go install example.org/x@v1.0.0', 'RUN go build'],
  },
  'yarn-cache-kept': { fires: ['RUN yarn'], quiet: ['RUN yarn build', 'RUN yarn && yarn cache clean'] },
});
