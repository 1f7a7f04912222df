import { testRules } from '../../../test/support/rule-cases.ts';
import { unverifiedRules } from './unverified.ts';

testRules(unverifiedRules, {
  'verification-disabled': {
    fires: [
      'RUN wget --no-check-certificate https://example.org',
      'RUN git config --global http.sslVerify false',
      'RUN git -c http.sslVerify=false clone https://example.org/x',
      'RUN npm config set strict-ssl false',
      'RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci',
      'RUN export GIT_SSL_NO_VERIFY=1 && git clone https://example.org/x',
      'RUN pip install --trusted-host example.org x==1',
      'RUN apt-get install -y --allow-unauthenticated x',
      'RUN yum install -y --nogpgcheck x',
      'RUN apk add --allow-untrusted x.apk',
      'RUN curl -fsSLk https://example.org/',
      'RUN ssh -o StrictHostKeyChecking=no example.org',
      'RUN apt-get -o Acquire::https::Verify-Peer=false update',
    ],
    quiet: [
      'RUN curl -fsSL https://example.org/k',
      'RUN echo --insecure',
      'RUN git config http.sslVerify true',
      'RUN tar -k -xf x',
    ],
  },
  'verification-disabled-by-file': {
    fires: ['RUN printf "[x]\\ngpgcheck=0\\n" > /etc/yum.repos.d/x.repo', 'RUN echo "strict-ssl=false" >> ~/.npmrc'],
    quiet: ['RUN printf "[x]\\ngpgcheck=1\\n" > /etc/yum.repos.d/x.repo'],
  },
});
