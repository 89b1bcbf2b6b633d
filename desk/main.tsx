/** Where the page begins. */
import { render } from 'preact';
import { open } from './state/stage.ts';
import './styles.css';
import { App } from './views/app.tsx';

const root = document.getElementById('desk');
if (root) render(<App />, root);
void open();
