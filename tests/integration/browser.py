"""A page in headless Chromium, asked through ChromeDriver (W3C WebDriver)."""
import json, os, re, shutil, subprocess, tempfile, urllib.request

ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
             '--no-first-run', '--disable-background-networking',
             '--disable-component-update', '--disable-sync',
             '--disable-dev-shm-usage', '--hide-scrollbars']


class Browser:
    def __init__(self, width=1000, height=1400, dark=False, script=True):
        self.data = tempfile.mkdtemp()
        self.base = 'http://127.0.0.1:' + self.start()
        arguments = ARGUMENTS + ['--user-data-dir=' + self.data,
                                 '--window-size=%d,%d' % (width, height)]
        if dark:
            arguments.append('--blink-settings=preferredColorScheme=0')
        wanted = {'browserName': 'chrome',
                  'goog:loggingPrefs': {'browser': 'ALL'},
                  'goog:chromeOptions': {'args': arguments}}
        answer = self.call('POST', '/session', {
            'capabilities': {'alwaysMatch': wanted}})
        self.session = '/session/' + answer['sessionId']

    def start(self):
        # It takes a free port of IPv4, and ends if that of IPv6 is taken.
        for _ in range(20):
            self.driver = subprocess.Popen(
                ['chromedriver', '--port=0'], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)
            for line in self.driver.stdout:  # it says on which it listens
                port = re.search(r'started successfully on port (\d+)', line)
                if port:
                    return port[1]
            self.driver.wait()
        raise SystemExit('chromedriver does not start')

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {
            'content-type': 'application/json'}, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)['value']

    def open(self, path):
        url = path if '://' in path else 'file://' + os.path.abspath(path)
        self.call('POST', self.session + '/url', {'url': url})

    def ask(self, script):
        """The value of a JavaScript expression; CSP does not stop it."""
        return self.call('POST', self.session + '/execute/sync', {
            'script': 'return ' + script, 'args': []})

    def messages(self):
        return [m['message'] for m in
                self.call('POST', self.session + '/se/log', {'type': 'browser'})]

    def picture(self, path):
        import base64
        with open(path, 'wb') as f:
            f.write(base64.b64decode(
                self.call('GET', self.session + '/screenshot')))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call('DELETE', self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.data, ignore_errors=True)
