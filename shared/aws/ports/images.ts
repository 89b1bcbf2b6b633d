/** What the table's stream holds of an item, in DynamoDB's own notation. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Images } from '../../edge/app.ts';

const Image = z.record(z.string(), z.custom<AttributeValue>());

export const images: Images = {
  read: (image) => unmarshall(Image.parse(image), { wrapNumbers: Number }),
};
