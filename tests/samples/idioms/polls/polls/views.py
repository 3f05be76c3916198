from django.shortcuts import redirect, render

from polls.models import Vote


def index(request):
    if request.method == "POST":
        Vote.objects.create(choice=request.POST["choice"])
        return redirect("/")
    return render(request, "index.html", {"votes": Vote.objects.all()})
