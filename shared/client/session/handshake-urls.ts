/**
 * Where `GET /handshake` may be, where nobody has said so: at the host of the socket, and at the
 * host beside it whose name says `api` where that of the socket says `socket` or `ws`. A token goes
 * to no host outside of the domain that both have in common, and to none where strangers may have
 * names in that domain.
 */

/** In the order in which they are asked. */
export function handshakeUrlsOf(url: string): string[] {
  const { protocol, host, hostname } = new URL(url);
  const scheme = protocol === 'wss:' || protocol === 'https:' ? 'https:' : 'http:';
  return [host, ...besides(hostname)].map((each) => `${scheme}//${each}/handshake`);
}

/** `ws-test.example.com` has `api-test.example.com` beside it. */
function besides(hostname: string): string[] {
  const [own = '', ...domain] = hostname.split('.');
  const words = own.split('-');
  if (!words.some((word) => SOCKET.test(word)) || !belongsToOne(domain)) return [];
  return [[words.map((word) => (SOCKET.test(word) ? 'api' : word)).join('-'), ...domain].join('.')];
}

const SOCKET = /^(wss?|(web)?sockets?)$/;

/**
 * Is this a domain of one owner? No list of all suffixes is at hand, so what may be one is taken
 * for one: a single label, `co.uk` and its like, and the domains of hosting companies.
 */
function belongsToOne(domain: readonly string[]): boolean {
  const [second = '', top = ''] = domain.slice(-2);
  if (domain.length < 2 || SHARED.test(domain.join('.'))) return false;
  return domain.length > 2 || top.length > 2 || (second.length > 3 && !REGISTRY.test(second));
}

const REGISTRY = /^(gouv|govt|gove|info|name|firm|store|school|asso|press|city|kommune|tokyo|osaka|kyoto)$/;
const SHARED =
  /(^|\.)(amazonaws\.com(\.cn)?|awsapprunner\.com|cloudfront\.net|elasticbeanstalk\.com|azure[a-z-]*\.(net|com)|windows\.net|cloudapp\.net|googleapis\.com|appspot\.com|web\.app|run\.app|firebaseapp\.com|herokuapp\.com|onrender\.com|fly\.dev|vercel\.app|netlify\.app|workers\.dev|pages\.dev|github\.(io|dev)|gitlab\.io|ngrok(-free)?\.(io|app|dev)|localhost\.run|trycloudflare\.com|localstack\.cloud|sslip\.io|nip\.io)$/;
