<!doctype html>
<title>To do</title>
<h1>To do</h1>
<ul>
% for task, in tasks:
  <li>{{task}}</li>
% end
</ul>
<form action="/new" method="post"><input name="task"><button>Add</button></form>
