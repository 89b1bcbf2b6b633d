/** Something has changed on a pull list: every desk that watches it is told. */
import { app } from '../../shared/aws/app.ts';
import { onQueue } from '../../shared/aws/lambda.ts';
import { ListNews } from '../../shared/domain/handling/pull-list.ts';
import { tellSubscribers } from '../../shared/edge/follow/lists.ts';

export const handler = onQueue(ListNews, (news) => tellSubscribers(app, news));
