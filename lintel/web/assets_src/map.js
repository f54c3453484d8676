// The directory's map, where it can be moved. The picture and the table beside it work without.
import L from "leaflet";

const LABEL = "Map of services. Move it with the arrow keys, zoom with plus and minus, and go from service to service with Tab.";

function outlineStyle(feature) {
  return {
    className: `lintel-map__area${feature.properties.ours ? " lintel-map__area--ours" : ""}`,
    weight: feature.properties.kind === "council" ? 2 : 1,
    fill: feature.properties.kind !== "council",
    fillOpacity: 1,
  };
}

function popup(service) {
  // Built as nodes: a service's name is somebody else's text.
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = service.href;
  link.textContent = service.name;
  const words = document.createElement("p");
  words.className = "govuk-body-s govuk-!-margin-bottom-0";
  words.textContent = service.words;
  box.append(link, words);
  return box;
}

function draw(holder, data) {
  const stage = document.createElement("div");
  stage.className = "lintel-map__stage";
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", LABEL);
  holder.querySelector("svg")?.remove();
  holder.prepend(stage);
  const map = L.map(stage, { attributionControl: Boolean(data.tiles), zoomSnap: 0.5 });
  if (data.tiles) {
    L.tileLayer(data.tiles.url, { attribution: data.tiles.attribution, maxZoom: 19 }).addTo(map);
  }
  const areas = L.geoJSON(data.areas, { style: outlineStyle, interactive: false }).addTo(map);
  areas.eachLayer((layer) => {
    const { kind, name } = layer.feature.properties;
    if (kind === "ward") {
      const label = { permanent: true, direction: "center", className: "lintel-map__label" };
      layer.bindTooltip(document.createTextNode(name), label);
    }
  });
  const drawn = L.geoJSON(data.catchment, {
    style: { className: "lintel-map__catchment", weight: 3, fillOpacity: 0.2 },
    interactive: false,
  }).addTo(map);
  const marks = L.featureGroup();
  for (const service of data.services) {
    const icon = L.divIcon({ className: "lintel-map__mark", html: "", iconSize: [32, 32] });
    const mark = L.marker([service.lat, service.lon], { icon, title: service.name, alt: service.name });
    mark.bindPopup(popup(service));
    mark.on("add", () => {
      const at = mark.getElement();
      at.textContent = String(service.number);
      at.setAttribute("aria-label", `${service.number}. ${service.name}`);
      at.setAttribute("role", "button");
    });
    mark.addTo(marks);
  }
  marks.addTo(map);
  const looked = [drawn, marks].filter((layer) => layer.getBounds().isValid());
  const seen = L.featureGroup(looked.length ? looked : [areas]).getBounds();
  if (seen.isValid()) {
    map.fitBounds(seen, { padding: [24, 24], maxZoom: 15 });
  } else {
    map.setView([54.5, -2.5], 6);
  }
  holder.classList.add("lintel-map--moves");
}

for (const holder of document.querySelectorAll("[data-lintel-map]")) {
  const data = JSON.parse(holder.querySelector("script[type='application/json']").textContent);
  draw(holder, data);
}
