// A CloudFront function for viewer requests: gives the addresses of pages their page. Everything
// else is a file, and is there or is an error; no error is answered with a page.
function handler(event) {
  var request = event.request;
  if (/^\/[^\/.]*$/.test(request.uri)) request.uri = '/index.html';
  else if (/^\/events\/[^\/.]*$/.test(request.uri)) request.uri = '/events/deep.html';
  return request;
}
