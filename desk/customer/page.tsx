/** The customers by themselves, on a page of their own. */
import { Notices } from '../views/notices.tsx';
import { ThemeButton } from '../views/theme.tsx';
import { Customers } from './panel.tsx';

export function CustomersPage() {
  return (
    <div class="customers-page">
      <header class="top">
        <h1 class="grow">Customers</h1>
        <div class="tools">
          <a href="#">Sign in as an agent</a>
          <ThemeButton />
        </div>
      </header>
      <main class="main">
        <Customers />
      </main>
      <Notices />
    </div>
  );
}
