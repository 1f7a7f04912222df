import { testRules } from '../../../test/support/rule-cases.ts';
import { distributionPackageRules } from './distribution-packages.ts';

testRules(distributionPackageRules, {
  'package-index-alone': {
    fires: ['RUN apt-get update && rm -rf /var/lib/apt/lists/*', 'RUN apk update'],
    quiet: [
      'RUN apt-get update && apt-get upgrade -y',
      'RUN apk update && apk add curl',
      'RUN yum update -y',
      'RUN echo apt-get update',
      'RUN apt-get update && apt-get build-dep -y x',
    ],
  },
  'apt-unattended': {
    fires: ['RUN apt-get install curl', 'RUN sudo apt-get upgrade'],
    quiet: [
      'RUN apt-get -y install curl',
      'RUN apt-get install -qqy curl',
      'RUN apt-get install --yes curl',
      'RUN yes | apt-get install curl',
      'RUN apt-get -o APT::Get::Assume-Yes=true install x',
      'RUN apt-get update',
    ],
  },
  'rpm-unattended': {
    fires: ['RUN yum install curl'],
    quiet: ['RUN yum -y install curl', 'RUN microdnf install -y x', 'RUN dnf list'],
  },
  'zypper-unattended': { quiet: ['RUN zypper --non-interactive install x', 'RUN zypper install -y x'] },
  'apt-recommends': {
    quiet: [
      'RUN apt-get install -y --no-install-recommends curl',
      'RUN apt-get -o APT::Install-Recommends=false install -y curl',
      `RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/x && apt-get install -y curl`,
      'RUN apt-get purge -y curl',
    ],
  },
  'apt-unpinned': {
    fires: ['RUN apt-get install -y curl=1 vim', 'RUN apt-get install -y -t stable curl'],
    quiet: [
      'RUN apt-get install -y curl=1.* vim=2',
      'RUN apt-get install -y ./x.deb $PACKAGES',
      'RUN apt-get remove curl',
      'RUN apt-get install -y -t stable',
    ],
  },
  'apk-unpinned': {
    fires: ['RUN apk add -t .deps gcc'],
    quiet: ['RUN apk add "curl>8" vim=1-r0 gcc~13', 'RUN apk add -t .deps gcc=1', 'RUN apk del gcc'],
  },
  'rpm-unpinned': {
    fires: ['RUN yum install -y httpd'],
    quiet: [
      'RUN yum install -y httpd-2.4.6',
      'RUN dnf install -y https://example.org/x.rpm',
      'RUN dnf install -y "@development"',
    ],
  },
  'zypper-unpinned': { quiet: ['RUN zypper -n install "curl>=8"'] },
  'distribution-upgrade': {
    fires: ['RUN zypper dup', 'RUN apt full-upgrade'],
    quiet: ['RUN apt-get upgrade -y', 'RUN apt-get install dist-upgrade-tool'],
  },
  'apt-lists-kept': {
    fires: [
      'RUN apt-get update && apt-get install -y curl',
      'RUN apt-get update && apt-get install -y x\nRUN rm -rf /var/lib/apt/lists/*',
    ],
    quiet: [
      'RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*',
      'RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y x',
      'RUN apt-get update && apt-get install x && apt-get dist-clean',
    ],
  },
  'apk-cache-kept': {
    quiet: ['RUN apk --no-cache add curl', 'RUN apk update && apk add x && rm -rf /var/cache/apk/*', 'RUN apk del x'],
  },
  'yum-cache-kept': { quiet: ['RUN yum install -y x && rm -rf /var/cache/yum', 'RUN dnf install -y x'] },
  'dnf-cache-kept': {
    fires: ['RUN microdnf install -y x'],
    quiet: ['RUN microdnf install -y x && microdnf clean all'],
  },
  'zypper-cache-kept': { quiet: ['RUN zypper -n in x && zypper cc'] },
  'apt-for-scripts': { quiet: ['RUN apt-get install -y x', 'RUN apt-mark hold x', 'RUN apt-cache policy'] },
});
