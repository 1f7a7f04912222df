import { testRules } from '../../../test/support/rule-cases.ts';
import { permissionRules } from './permissions.ts';

testRules(permissionRules, {
  'chmod-everybody': {
    fires: [
      'RUN chmod 777 /srv',
      'RUN chmod a+w /etc/x',
      'RUN chmod -R o+rwx /srv',
      'RUN chmod 0666 x',
      'RUN chmod +w,o=rw x',
    ],
    quiet: [
      'RUN chmod 3777 /var/run/postgresql',
      'RUN chmod 755 /srv',
      'RUN chmod 1777 /tmp',
      'RUN chmod u+w x',
      'RUN chmod +x x',
      'RUN chmod g+w x',
      'RUN chmod 770 x',
      'RUN chmod go-w x',
    ],
  },
  'chmod-set-id': {
    fires: [
      'RUN chmod 4755 /x',
      'RUN chmod +s /x',
      'RUN setcap cap_net_raw+ep /bin/ping',
      'RUN install -m 4755 a /usr/bin/a',
    ],
    quiet: ['RUN chmod 755 /x', 'RUN chmod u+x /x', 'RUN chmod 0755 x', 'RUN setcap -r /bin/ping'],
  },
  'chown-system-directory': {
    fires: ['RUN chown -R 1000:1000 /etc', 'RUN chown app /etc/passwd', 'RUN chown -R app /'],
    quiet: [
      'RUN chown -R app /srv/app',
      'RUN chown -R root:root /usr',
      'RUN chown -R app /var/lib/app',
      'RUN chown app /opt',
    ],
  },
  'user-in-privileged-group': {
    fires: [
      'RUN adduser app sudo',
      'RUN useradd -m -G users,docker app',
      'RUN gpasswd -a app wheel',
      'RUN addgroup app docker',
    ],
    quiet: ['RUN usermod -aG www-data app', 'RUN adduser app', 'RUN groupadd docker-x', 'RUN useradd -g app app'],
  },
  'sudo-without-password': {
    fires: ['RUN echo "%sudo ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/x'],
    quiet: ['RUN echo "no password"'],
  },
  'password-in-instruction': {
    fires: [
      'RUN useradd -p abc app',
      'RUN printf "a:b\\n" | chpasswd',
      'RUN echo hunter2 | passwd --stdin root',
      'RUN chpasswd <<< root:abc',
    ],
    quiet: [
      'RUN echo "root:$PASSWORD" | chpasswd',
      'RUN passwd -l root',
      'RUN useradd -p "*" app',
      'RUN passwd -d app',
      'RUN echo "root:*" | chpasswd -e',
    ],
  },
  'secret-by-argument': {
    fires: ['ENV DB_PASSWORD=abc', 'ARG API_KEY=x', 'ENV AWS_SECRET_ACCESS_KEY=x'],
    quiet: [
      'ENV PASSWORD_FILE=/run/secrets/x',
      'ARG NPM_TOKEN',
      'ENV KEYBOARD=us MONKEY=1',
      'ENV TOKEN_URL=https://example.org',
    ],
  },
});
