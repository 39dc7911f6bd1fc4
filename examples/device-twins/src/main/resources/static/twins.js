// The first devices, each followed by a WebSocket: of event streams a browser has no more than six to a server
const SHOWN = 50;
const rows = new Map();
const problem = document.querySelector('#problem');

function row(id) {
  const row = document.querySelector('#devices').insertRow();
  for (let i = 0; i < 5; i++) {
    row.insertCell();
  }
  row.cells[0].textContent = id;
  rows.set(id, row);
  follow(id, row);
}

function follow(id, row) {
  const url = new URL(`/devices/${encodeURIComponent(id)}/live`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.onmessage = message => {
    const twin = JSON.parse(message.data);
    row.className = twin.temperature === null ? 'lost' : '';
    row.cells[1].textContent = `${twin.target.toFixed(1)} °C`;
    row.cells[2].textContent = twin.temperature === null ? 'unknown' : `${twin.temperature.toFixed(1)} °C`;
    row.cells[3].textContent = twin.readings;
    row.cells[4].textContent = twin.incarnation;
  };
  socket.onclose = closed => {
    if (closed.code === 4404) {
      row.remove();
      rows.delete(id);
    } else {
      row.className = 'lost';
      setTimeout(() => follow(id, row), 2000);
    }
  };
}

async function list() {
  try {
    const page = await (await fetch(`/devices?limit=${SHOWN}`)).json();
    page.devices.filter(id => !rows.has(id)).slice(0, SHOWN - rows.size).forEach(row);
    problem.textContent = '';
  } catch (error) {
    problem.textContent = 'The application does not answer.';
  }
}

document.querySelector('#command').addEventListener('submit', async event => {
  event.preventDefault();
  const { device, celsius } = event.target.elements;
  const response = await fetch(`/devices/${encodeURIComponent(device.value)}/target`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ celsius: Number(celsius.value) }),
  });
  await list();
  problem.textContent = response.ok ? '' : (await response.json()).detail;
});

await list();
setInterval(list, 2000);
