/** The body of a message, of every type that channels know, shown decently; of any other its text, or that there is none. */
import type { ComponentChildren } from 'preact';
import type { Line } from '../state/transcript.ts';

/* oxlint-disable typescript/no-explicit-any -- what a body holds is the channel's business: everything here may be missing */

export function Body({ body }: { body: any }) {
  const type = String(body.type).toUpperCase();
  const shown = shapes[type];
  return (
    <>
      {shown ? shown(body) : null}
      {body.markdownText && <Text>{String(body.markdownText)}</Text>}
      {!shown && !body.markdownText && <em class="muted">A message of type {type}, which this desk cannot show.</em>}
    </>
  );
}

const shapes: Record<string, (body: any) => ComponentChildren> = {
  PLAIN: () => null,
  IMAGE: ({ attachment, caption }) => (
    <figure>
      <a href={web(attachment?.mediaUrl)} target="_blank" rel="noreferrer">
        <img class="picture" src={web(attachment?.mediaUrl, true)} alt={caption || 'Picture from the conversation'} />
      </a>
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  ),
  VIDEO: ({ attachment, caption }) => (
    <figure>
      <video class="picture" src={web(attachment?.mediaUrl)} controls preload="none" aria-label={caption || 'Video'} />
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  ),
  AUDIO: ({ attachment, caption }) => (
    <figure>
      <audio src={web(attachment?.mediaUrl)} controls preload="none" aria-label={caption || 'Sound'} />
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  ),
  FILE: file,
  MULTIMEDIA: file,
  STICKER: ({ mediaUrl }) => <img class="sticker" src={web(mediaUrl, true)} alt="Sticker" />,
  URL: ({ mediaUrl }) => <Link href={mediaUrl}>{mediaUrl}</Link>,
  LOCATION: ({ location, additionalDetails }) => {
    const { latitude, longitude } = location ?? {};
    const { name, address } = additionalDetails ?? {};
    const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
    return (
      <Card kind="Location" title={name || 'A place'}>
        {address && <p>{address}</p>}
        {latitude !== undefined && (
          <p>
            <Link href={map}>
              {latitude}, {longitude}
            </Link>
          </p>
        )}
      </Card>
    );
  },
  CONTACT: ({ contacts }) =>
    (contacts ?? []).map((contact: any, index: number) => (
      <Card key={index} kind="Contact" title={contact.name?.formattedName || 'Somebody'}>
        {(contact.phones ?? []).map(({ phone }: any) => (
          <p key={phone}>
            <a href={`tel:${phone}`}>{phone}</a>
          </p>
        ))}
      </Card>
    )),
  BUTTON: ({ buttons, additionalDetails }) => {
    const { header, body, footer } = additionalDetails?.interactive ?? {};
    return (
      <>
        {textOf(header) && <p class="text strong">{textOf(header)}</p>}
        {textOf(body) && <p class="text">{textOf(body)}</p>}
        <Buttons of={buttons} />
        {textOf(footer) && <p class="muted">{textOf(footer)}</p>}
      </>
    );
  },
  CAROUSEL: ({ elements }) => (
    <div class="carousel" role="group" aria-label="Carousel" tabIndex={0}>
      {(elements ?? []).map((element: any, index: number) => (
        <div key={index} class="card">
          {element.imageUrl && <img src={web(element.imageUrl, true)} alt="" />}
          <p class="text">{element.text ?? element.title}</p>
          {element.url && <Link href={element.url}>Open</Link>}
          <Buttons of={element.buttons} />
        </div>
      ))}
    </div>
  ),
  EMAIL: ({ subject, from, htmlBody, attachments }) => (
    <Card kind="E-mail" title={subject || 'No subject'}>
      {from && <p class="muted">from {String(from)}</p>}
      {htmlBody && <Text>{plainOf(String(htmlBody))}</Text>}
      {(attachments ?? []).map((one: any, index: number) => (
        <p key={index}>
          <Link href={one.mediaUrl}>{one.fileName ?? one.mediaName ?? `Attachment ${index + 1}`}</Link>
        </p>
      ))}
    </Card>
  ),
  COMMENT: ({ postId, itemType, attachment }) => (
    <Card kind="Comment" title={`${WHAT[itemType] ?? 'Commented'} on post ${postId}`}>
      {attachment?.mediaUrl && <Link href={attachment.mediaUrl}>Attachment</Link>}
    </Card>
  ),
  WRAPUP: ({ wrapups, note }) => (
    <Card kind="Wrap-up" title={(wrapups ?? []).map(wrapUpOf).join(', ') || 'Nothing chosen'}>
      {note && <Text>{String(note)}</Text>}
    </Card>
  ),
  NOTIFICATION: ({ notificationType, notificationData }) => (
    <em class="muted">{notificationData?.text ?? notificationData?.message ?? notificationType ?? 'A notification'}</em>
  ),
  VOICE: ({ reasonCode, leg }) => (
    <Card
      kind="Call"
      title={String(reasonCode ?? 'A call')
        .toLowerCase()
        .replaceAll('_', ' ')}
    >
      {leg && <p class="muted">{String(leg)}</p>}
    </Card>
  ),
  TEMPLATE: ({ name, language }) => (
    <Card kind="Template" title={name || 'A template'}>
      {language?.code && <p class="muted">{language.code}</p>}
    </Card>
  ),
  ACTION: ({ name }) => (
    <em class="muted">
      Action:{' '}
      {String(name ?? '')
        .toLowerCase()
        .replaceAll('_', ' ')}
    </em>
  ),
};

const WHAT: Record<string, string> = {
  LIKE: 'Likes',
  UNLIKE: 'No longer likes',
  DELETE: 'Deleted a comment',
  HIDE: 'Hid a comment',
  PRIVATE_REPLY: 'Privately answered',
};

function file({ attachment, caption, additionalDetails }: any) {
  const name = additionalDetails?.fileName ?? attachment?.mediaName ?? caption ?? 'File';
  const size = Number(attachment?.size);
  return (
    <Card kind={attachment?.mimeType ?? 'File'} title={<Link href={attachment?.mediaUrl}>{name}</Link>}>
      {size > 0 && <p class="muted">{size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} KB`}</p>}
    </Card>
  );
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

function Buttons({ of }: { of: any }) {
  if (!Array.isArray(of) || of.length === 0) return null;
  return (
    <ul class="choices" aria-label="Buttons">
      {of.map(({ title, payload }, index) => (
        <li key={index}>{title ?? payload}</li>
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

/** An address that may be opened: of the web, and for pictures also one that is all there is to it. */
function web(url: unknown, picture = false): string | undefined {
  const parsed = typeof url === 'string' ? URL.parse(url, location.href) : null;
  if (!parsed) return undefined;
  if (picture && parsed.protocol === 'data:' && /^data:image\//i.test(parsed.href)) return parsed.href;
  return ['https:', 'http:', 'mailto:'].includes(parsed.protocol) ? parsed.href : undefined;
}

function wrapUpOf({ categoryName, value }: any): string {
  return categoryName ? `${categoryName}: ${value}` : String(value);
}

function textOf(part: any): string | undefined {
  return typeof part === 'string' ? part : part?.text;
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
  const { caption, markdownText, subject } = body as any;
  const kind = KINDS[String(body.type).toUpperCase()];
  const said = [kind, markdownText ?? caption ?? subject].filter(Boolean).join(': ') || 'Message';
  return own ? `You: ${said}` : said;
}
