import './conference-app.ts';
