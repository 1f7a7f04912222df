import { createRoot } from 'react-dom/client';
import { ReportFile } from './report/report-file.tsx';
import './styles/index.css';

createRoot(document.getElementById('root')!).render(<ReportFile />);
