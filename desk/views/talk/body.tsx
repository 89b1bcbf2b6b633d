/**
 * The body of a message, of every type that channels know, shown decently; of any other its text,
 * or that there is none.
 */
import type { ComponentChildren } from 'preact';
import { at, listAt, textAt } from '../../loose.ts';
import type { Line } from '../../state/transcript.ts';

export function Body({ body }: { body: unknown }) {
  const type = typeOf(body);
  const shown = shapes[type];
  const text = textAt(body, 'markdownText');
  return (
    <>
      {shown ? shown(body) : null}
      {text && <Text>{text}</Text>}
      {!shown && !text && <em class="muted">A message of type {type}, which this desk cannot show.</em>}
    </>
  );
}

function typeOf(body: unknown): string {
  return textAt(body, 'type')?.toUpperCase() ?? 'UNKNOWN';
}

/**
 * By type, what is shown beside the text. Everything in a body may be missing, or be something else
 * than it should be.
 */
const shapes: Record<string, (body: unknown) => ComponentChildren> = {
  PLAIN: () => null,
  IMAGE: (body) => {
    const { url, caption } = mediumOf(body);
    return (
      <figure>
        <a href={web(url)} target="_blank" rel="noreferrer">
          <img class="picture" src={web(url, true)} alt={caption ?? 'Picture from the conversation'} />
        </a>
        {caption && <figcaption>{caption}</figcaption>}
      </figure>
    );
  },
  VIDEO: (body) => {
    const { url, caption } = mediumOf(body);
    return (
      <figure>
        <video class="picture" src={web(url)} controls preload="none" aria-label={caption ?? 'Video'} />
        {caption && <figcaption>{caption}</figcaption>}
      </figure>
    );
  },
  AUDIO: (body) => {
    const { url, caption } = mediumOf(body);
    return (
      <figure>
        <audio src={web(url)} controls preload="none" aria-label={caption ?? 'Sound'} />
        {caption && <figcaption>{caption}</figcaption>}
      </figure>
    );
  },
  FILE: file,
  MULTIMEDIA: file,
  STICKER: (body) => <img class="sticker" src={web(at(body, 'mediaUrl'), true)} alt="Sticker" />,
  URL: (body) => <Link href={at(body, 'mediaUrl')}>{textAt(body, 'mediaUrl')}</Link>,
  LOCATION: (body) => {
    const latitude = textAt(body, 'location', 'latitude');
    const longitude = textAt(body, 'location', 'longitude');
    const address = textAt(body, 'additionalDetails', 'address');
    const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
    return (
      <Card kind="Location" title={textAt(body, 'additionalDetails', 'name') ?? 'A place'}>
        {address && <p>{address}</p>}
        {latitude && longitude && (
          <p>
            <Link href={map}>
              {latitude}, {longitude}
            </Link>
          </p>
        )}
      </Card>
    );
  },
  CONTACT: (body) =>
    listAt(body, 'contacts').map((contact, index) => (
      <Card key={index} kind="Contact" title={textAt(contact, 'name', 'formattedName') ?? 'Somebody'}>
        {textsOf(listAt(contact, 'phones'), (one) => textAt(one, 'phone')).map((phone, each) => (
          <p key={each}>
            <a href={`tel:${phone}`}>{phone}</a>
          </p>
        ))}
      </Card>
    )),
  BUTTON: (body) => {
    const [header, text, footer] = ['header', 'body', 'footer'].map((part) => {
      const path = ['additionalDetails', 'interactive', part];
      return textAt(body, ...path) ?? textAt(body, ...path, 'text');
    });
    return (
      <>
        {header && <p class="text strong">{header}</p>}
        {text && <p class="text">{text}</p>}
        <Buttons of={listAt(body, 'buttons')} />
        {footer && <p class="muted">{footer}</p>}
      </>
    );
  },
  CAROUSEL: (body) => (
    <div class="carousel" role="group" aria-label="Carousel" tabIndex={0}>
      {listAt(body, 'elements').map((element, index) => (
        <div key={index} class="card">
          {textAt(element, 'imageUrl') && <img src={web(at(element, 'imageUrl'), true)} alt="" />}
          <p class="text">{textAt(element, 'text') ?? textAt(element, 'title')}</p>
          {textAt(element, 'url') && <Link href={at(element, 'url')}>Open</Link>}
          <Buttons of={listAt(element, 'buttons')} />
        </div>
      ))}
    </div>
  ),
  EMAIL: (body) => {
    const from = textAt(body, 'from');
    const html = textAt(body, 'htmlBody');
    return (
      <Card kind="E-mail" title={textAt(body, 'subject') ?? 'No subject'}>
        {from && <p class="muted">from {from}</p>}
        {html && <Text>{plainOf(html)}</Text>}
        {listAt(body, 'attachments').map((one, index) => (
          <p key={index}>
            <Link href={at(one, 'mediaUrl')}>
              {textAt(one, 'fileName') ?? textAt(one, 'mediaName') ?? `Attachment ${index + 1}`}
            </Link>
          </p>
        ))}
      </Card>
    );
  },
  COMMENT: (body) => {
    const attachment = textAt(body, 'attachment', 'mediaUrl');
    const what = WHAT[textAt(body, 'itemType') ?? ''] ?? 'Commented';
    return (
      <Card kind="Comment" title={`${what} on post ${textAt(body, 'postId') ?? ''}`}>
        {attachment && <Link href={attachment}>Attachment</Link>}
      </Card>
    );
  },
  WRAPUP: (body) => {
    const note = textAt(body, 'note');
    return (
      <Card kind="Wrap-up" title={textsOf(listAt(body, 'wrapups'), wrapUpOf).join(', ') || 'Nothing chosen'}>
        {note && <Text>{note}</Text>}
      </Card>
    );
  },
  NOTIFICATION: (body) => (
    <em class="muted">
      {textAt(body, 'notificationData', 'text') ??
        textAt(body, 'notificationData', 'message') ??
        textAt(body, 'notificationType') ??
        'A notification'}
    </em>
  ),
  VOICE: (body) => {
    const leg = textAt(body, 'leg');
    return (
      <Card kind="Call" title={inSmall(textAt(body, 'reasonCode') ?? 'A call')}>
        {leg && <p class="muted">{leg}</p>}
      </Card>
    );
  },
  TEMPLATE: (body) => {
    const language = textAt(body, 'language', 'code');
    return (
      <Card kind="Template" title={textAt(body, 'name') ?? 'A template'}>
        {language && <p class="muted">{language}</p>}
      </Card>
    );
  },
  ACTION: (body) => <em class="muted">Action: {inSmall(textAt(body, 'name') ?? '')}</em>,
};

const WHAT: Record<string, string> = {
  LIKE: 'Likes',
  UNLIKE: 'No longer likes',
  DELETE: 'Deleted a comment',
  HIDE: 'Hid a comment',
  PRIVATE_REPLY: 'Privately answered',
};

function mediumOf(body: unknown): { url: unknown; caption: string | undefined } {
  return { url: at(body, 'attachment', 'mediaUrl'), caption: textAt(body, 'caption') };
}

function file(body: unknown) {
  const { url, caption } = mediumOf(body);
  const name =
    textAt(body, 'additionalDetails', 'fileName') ?? textAt(body, 'attachment', 'mediaName') ?? caption ?? 'File';
  const size = Number(textAt(body, 'attachment', 'size'));
  return (
    <Card kind={textAt(body, 'attachment', 'mimeType') ?? 'File'} title={<Link href={url}>{name}</Link>}>
      {size > 0 && <p class="muted">{size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} KB`}</p>}
    </Card>
  );
}

function inSmall(words: string): string {
  return words.toLowerCase().replaceAll('_', ' ');
}

function textsOf(items: readonly unknown[], read: (item: unknown) => string | undefined): string[] {
  return items.flatMap((item) => read(item) ?? []);
}

function Card({ kind, title, children }: { kind: string; title: ComponentChildren; children?: ComponentChildren }) {
  return (
    <div class="card">
      <small class="muted">{kind}</small>
      <p class="strong">{title}</p>
      {children}
    </div>
  );
}

function Buttons({ of }: { of: readonly unknown[] }) {
  const titles = textsOf(of, (button) => textAt(button, 'title') ?? textAt(button, 'payload'));
  if (titles.length === 0) return null;
  return (
    <ul class="choices" aria-label="Buttons">
      {titles.map((title, index) => (
        <li key={index}>{title}</li>
      ))}
    </ul>
  );
}

/** Addresses in it become links; nothing else is read into it. */
function Text({ children }: { children: string }) {
  const parts = children.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/g);
  return (
    <p class="text">
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <Link key={index} href={part}>
            {part}
          </Link>
        ) : (
          part
        ),
      )}
    </p>
  );
}

function Link({ href, children }: { href: unknown; children?: ComponentChildren }) {
  const url = web(href);
  if (!url) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/**
 * An address that may be opened: of the web, and for pictures also one that is all there is to it.
 */
function web(url: unknown, picture = false): string | undefined {
  const parsed = typeof url === 'string' ? URL.parse(url, location.href) : null;
  if (!parsed) return undefined;
  if (picture && parsed.protocol === 'data:' && /^data:image\//i.test(parsed.href)) return parsed.href;
  return ['https:', 'http:', 'mailto:'].includes(parsed.protocol) ? parsed.href : undefined;
}

function wrapUpOf(wrapUp: unknown): string | undefined {
  const value = textAt(wrapUp, 'value');
  const category = textAt(wrapUp, 'categoryName');
  return category && value ? `${category}: ${value}` : value;
}

/** What an e-mail says, without what it looks like. The parser runs nothing and loads nothing. */
function plainOf(html: string): string {
  const parsed = new DOMParser().parseFromString(
    html.replaceAll(/<(br|\/p|\/div|\/li|\/tr)\b[^>]*>/gi, '$&\n'),
    'text/html',
  );
  for (const hidden of parsed.querySelectorAll('style, script, title')) hidden.remove();
  return (parsed.body.textContent ?? '').replaceAll(/\n{3,}/g, '\n\n').trim();
}

const KINDS: Record<string, string> = {
  IMAGE: 'Picture',
  VIDEO: 'Video',
  AUDIO: 'Sound',
  FILE: 'File',
  MULTIMEDIA: 'File',
  STICKER: 'Sticker',
  URL: 'Link',
  LOCATION: 'Location',
  CONTACT: 'Contact',
  BUTTON: 'Buttons',
  CAROUSEL: 'Carousel',
  EMAIL: 'E-mail',
  COMMENT: 'Comment',
  WRAPUP: 'Wrap-up',
};

/** A message in a few words, for a tab. */
export function inOneLine({ body, own }: Line): string {
  const text = textAt(body, 'markdownText') ?? textAt(body, 'caption') ?? textAt(body, 'subject');
  const said = [KINDS[typeOf(body)], text].filter(Boolean).join(': ') || 'Message';
  return own ? `You: ${said}` : said;
}
